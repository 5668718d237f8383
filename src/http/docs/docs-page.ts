import { createHash } from 'node:crypto'
import { accessText } from './access-text.js'
import { docsStyle } from './docs-style.js'
import type { ApiDocument, DocumentedCall } from './document.js'
import { type Shape, shapeText } from './shape-text.js'

/** A page and its Content Security Policy, which allows only the page's own style. */
export type DocsPage = { readonly html: string; readonly policy: string }

/** Writes the OpenAPI document as one page that loads nothing and runs no script. */
export function docsPage(document: ApiDocument): DocsPage {
  const { info, tags, paths, components } = document
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ path, method, call })),
  )
  const sections = tags.map(({ name, description }) => {
    const own = calls.filter(({ call }) => call.tags.includes(name))
    return `<section><h2 id="${name}">${name}</h2><p class="soft">${escaped(description)}</p>${own.map(callText).join('')}</section>`
  })
  const links = [...tags.map(({ name }) => name), 'Shapes'].map(name => `<a href="#${name}">${name}</a>`)
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)} API</title><style>${docsStyle}</style></head><body>
<header><h1>${escaped(info.title)} API</h1><p class="soft">Version ${escaped(info.version)} · OpenAPI ${document.openapi}, also as <a href="openapi.json">openapi.json</a></p>
<p>${withCode(info.description ?? '')}</p><nav aria-label="Sections">${links.join('')}</nav></header>
<main>${sections.join('')}${shapesText(components.schemas)}</main>
<footer class="soft">This page loads nothing from elsewhere.</footer></body></html>
`
  const hash = createHash('sha256').update(docsStyle).digest('base64')
  return { html, policy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'` }
}

type Placed = { readonly path: string; readonly method: string; readonly call: DocumentedCall }

function callText({ path, method, call }: Placed): string {
  const { operationId, summary, description } = call
  return `<details id="${operationId}"><summary><code class="method ${method}">${method.toUpperCase()}</code><code>${escaped(path)}</code><span>${escaped(summary)}</span></summary><div>
${description === undefined ? '' : `<p>${withCode(description)}</p>`}<p class="soft">${withCode(accessText(call))}</p>
${parametersText(call)}${bodyText(call)}${answersText(call)}</div></details>`
}

function parametersText({ parameters = [] }: DocumentedCall): string {
  if (parameters.length === 0) return ''
  const rows = parameters.map(({ name, in: place, required, schema, description }) => {
    const words = [required ? 'required' : '', description ?? schema.description ?? ''].filter(word => word !== '')
    const type = shapeText(schema)
    return `<tr><td><code>${escaped(name)}</code></td><td class="soft">${place}</td><td><code>${escaped(type)}</code></td><td>${withCode(words.join('; '))}</td></tr>`
  })
  return `<h3>Parameters</h3><table><tbody>${rows.join('')}</tbody></table>`
}

function bodyText({ requestBody }: DocumentedCall): string {
  const json = requestBody?.content['application/json']
  if (!json?.schema) return ''
  const example = json.example === undefined ? '' : `<h3>Example</h3>${pre(JSON.stringify(json.example, null, 2))}`
  return `<h3>Body</h3>${pre(shapeText(json.schema))}${example}`
}

function answersText({ responses }: DocumentedCall): string {
  const entries = Object.entries(responses)
  const done = entries.filter(([status]) => status < '400')
  const refused = entries
    .filter(([status]) => status >= '400')
    .map(([status, { description }]) => {
      return `<tr><td><code>${status}</code></td><td>${withCode(description)}</td></tr>`
    })
  const answers = done.map(([status, { content = {} }]) => {
    const shapes = Object.entries(content).map(([media, { schema }]) =>
      media === 'application/json' && schema ? pre(shapeText(schema)) : `<p><code>${media}</code></p>`,
    )
    return `<h3>Answer <code>${status}</code></h3>${shapes.join('')}`
  })
  return `${answers.join('')}<h3>Refusals</h3><table><tbody>${refused.join('')}</tbody></table>`
}

function shapesText(schemas: Readonly<Record<string, Shape>>): string {
  const items = Object.entries(schemas).map(
    ([name, shape]) =>
      `<details id="shape-${name}"><summary><code>${name}</code></summary><div>${pre(shapeText(shape))}</div></details>`,
  )
  return `<section><h2 id="Shapes">Shapes</h2>${items.join('')}</section>`
}

function pre(text: string): string {
  return `<pre>${escaped(text)}</pre>`
}

function withCode(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
