import { packageVersion } from '../../../src/core/values/version.generated.js'
import { accessText } from '../../../src/http/docs/access-text.js'
import type { ApiDocument, DocumentedCall } from '../../../src/http/docs/document.js'
import { openApiDocument } from '../../../src/http/docs/openapi.js'
import { type Shape, shapeText } from '../../../src/http/docs/shape-text.js'
import { anchorOf } from '../anchors.js'
import { block, code, paragraphs, plain, tableOf } from './markdown.js'

type Operation = { readonly path: string; readonly method: string; readonly call: DocumentedCall }

/** Writes the pages of the HTTP operations, by their place: one for each tag, one for the shapes, and their contents. */
export function operationsPages(): ReadonlyMap<string, string> {
  const document = openApiDocument(packageVersion)
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ path, method, call })),
  )
  const pages = document.tags.map(tag => {
    const own = all.filter(({ call }) => call.tags.includes(tag.name))
    return { ...tag, own, page: anchorOf(tag.name) }
  })
  return new Map([
    ['reference/operations/index.md', contents(pages)],
    ...pages.map(tag => [`reference/operations/${tag.page}.md`, tagText(tag)] as const),
    ['reference/operations/shapes.md', shapesText(document)],
  ])
}

type Tag = {
  readonly name: string
  readonly description: string
  readonly page: string
  readonly own: readonly Operation[]
}

function contents(tags: readonly Tag[]): string {
  return paragraphs(
    '# HTTP operations',
    'Every operation of the [HTTP API](../../http.md). Your own server has the same list at `GET /docs`, and as an OpenAPI 3.1 document at `GET /openapi.json`. An operation has the name, the arguments and the answer of the [call](../../calls.md) that it makes.',
    ...tags.flatMap(({ name, description, page, own }) => [
      `## ${name}`,
      plain(description),
      tableOf(
        ['operation', 'request', 'what it does'],
        own.map(({ path, method, call }) => [
          `[${code(call.operationId)}](${page}.md#${anchorOf(call.operationId)})`,
          code(`${method.toUpperCase()} ${path}`),
          plain(call.summary),
        ]),
      ),
    ]),
  )
}

function tagText({ name, description, own }: Tag): string {
  return paragraphs(`# HTTP: ${name.toLowerCase()}`, plain(description), ...own.map(operationText))
}

function operationText({ path, method, call }: Operation): string {
  const { operationId, summary, description = '', requestBody } = call
  const body = requestBody?.content['application/json']
  return paragraphs(
    `## ${operationId}`,
    block('http', `${method.toUpperCase()} ${path}`),
    `${plain(summary)}${/[.!?]$/.test(summary) ? '' : '.'} ${plain(description)}`.trim(),
    plain(accessText(call)),
    parametersText(call),
    ...(body?.schema ? ['**Body**', shapeBlock(body.schema)] : []),
    ...(body?.example === undefined ? [] : ['**Example**', block('json', JSON.stringify(body.example, null, 2))]),
    ...answersText(call),
    shapeLinks(call),
  ).trimEnd()
}

function parametersText({ parameters = [] }: DocumentedCall): string {
  if (parameters.length === 0) return ''
  const rows = parameters.map(({ name, in: place, required, schema, description }) => {
    const words = [required ? 'Required' : '', description ?? schema.description ?? '']
    return [code(name), place, code(shapeText(schema)), plain(words.filter(word => word !== '').join('. '))]
  })
  return tableOf(['parameter', 'in', 'type', 'meaning'], rows)
}

function answersText({ responses }: DocumentedCall): string[] {
  const entries = Object.entries(responses)
  const done = entries.filter(([status]) => status < '400')
  const refused = entries.filter(([status]) => status >= '400')
  const answers = done.flatMap(([status, { description, content = {} }]) => [
    `**Answer** \`${status}\`${status === '304' ? `: ${plain(description)}` : ''}`,
    ...Object.entries(content).map(([media, { schema }]) =>
      media === 'application/json' && schema ? shapeBlock(schema) : code(media),
    ),
  ])
  return [
    ...answers,
    tableOf(
      ['refusal', 'when'],
      refused.map(([status, { description }]) => [code(status), plain(description)]),
    ),
  ]
}

function shapeBlock(shape: Shape): string {
  return block('ts', shapeText(shape))
}

function shapeLinks(call: DocumentedCall): string {
  const text = JSON.stringify([call.requestBody ?? null, call.responses])
  const names = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(match => match[1]!))
  const links = [...names].map(name => `[${code(name)}](shapes.md#${anchorOf(name)})`)
  return links.length === 0 ? '' : `Shapes: ${links.join(', ')}`
}

function shapesText({ components }: ApiDocument): string {
  const shapes = Object.entries(components.schemas).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return paragraphs(
    '# HTTP: shapes',
    'What the operations take and answer. An `instant` is RFC 3339 text, such as `2026-09-25T18:00:00Z`.',
    ...shapes.flatMap(([name, shape]) => [`## ${name}`, plain(shape.description ?? ''), shapeBlock(shape)]),
  )
}
