import { expect, test } from 'vitest'
import { listOperations } from '../../src/http/contract/operations.js'
import { accessText } from '../../src/http/docs/access-text.js'
import { docsPage } from '../../src/http/docs/docs-page.js'
import { openApiDocument } from '../../src/http/docs/openapi.js'
import type { Shape } from '../../src/http/docs/shape-text.js'
import { answerCheck } from '../support/documented-answers.js'

const document = openApiDocument('1.2.3', '/api')
const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, call]) => ({ path, method, call })),
)

test('routes and document name the same operations', () => {
  const documented = calls.map(({ path, method, call }) => `${call.operationId} ${method} ${path}`)
  const routed = listOperations().map(([id, { path, method }]) => `${id} ${method} ${path}`)
  expect(documented.sort()).toEqual(routed.sort())
})

test('the document says how to sign in, and which scope each call takes', () => {
  const { securitySchemes } = document.components as unknown as { securitySchemes: object }
  expect(Object.keys(securitySchemes)).toEqual(['serverKey', 'userToken', 'cronSecret'])
  for (const { call } of calls) {
    const isOpen = call.security?.length === 0
    expect(isOpen, call.operationId).toBe(call['x-scope'] === undefined)
  }
})

test('says of each call who may make it', () => {
  const said = Object.fromEntries(calls.map(({ call }) => [call.operationId, accessText(call)]))
  expect(said).toMatchObject({
    getHealth: 'Public.',
    record: 'Takes a server key with scope `record`.',
    getUserProgress: 'Takes a server key with scope `read`, or a user’s token.',
    deliverOnce: 'Takes a server key with scope `admin`, or the secret for cron jobs (`cronSecret`).',
  })
  const secured = calls.filter(({ call }) => call.security?.some(scheme => 'cronSecret' in scheme))
  expect(secured.map(({ call }) => call.operationId).sort()).toEqual(['deliverOnce', 'deliverOnceByGet'])
  const { html } = docsPage(document)
  expect(html.match(/the secret for cron jobs/g)).toHaveLength(secured.length)
})

test('every reference leads somewhere, and every parameter of a path is described', () => {
  const names = new Set(Object.keys(document.components.schemas))
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name!,
  )
  expect(refs.length).toBeGreaterThan(20)
  expect(refs.filter(name => !names.has(name))).toEqual([])
  for (const { path, call } of calls) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const described = (call.parameters ?? []).filter(({ in: place }) => place === 'path').map(({ name }) => name)
    expect(described, path).toEqual(inPath)
  }
})

test('every call documents an answer and problems, and bodies refuse what they do not know', () => {
  for (const { call } of calls) {
    const statuses = Object.keys(call.responses)
    expect(
      statuses.some(status => status < '300'),
      call.operationId,
    ).toBe(true)
    expect(call.responses['500']?.content?.['application/problem+json'], call.operationId).toBeDefined()
    const body = call.requestBody?.content['application/json']?.schema
    for (const part of body?.anyOf ?? body?.oneOf ?? (body ? [body] : []))
      expect(isStrict(part), call.operationId).toBe(true)
  }
})

function isStrict(shape: Shape): boolean {
  const found = shape.$ref ? document.components.schemas[shape.$ref.split('/').at(-1)!]! : shape
  return found.type === 'array' ? isStrict(found.items!) : found.additionalProperties === false
}

test('an answer with a field too many, and one with a status too many, are found', () => {
  const found = (status: number, body: object) =>
    answerCheck(document)('GET', '/healthz', {
      status,
      headers: new Headers({ 'content-type': 'application/json' }),
      body,
    })
  const body = { status: 'ok', version: '1', timeZoneData: null }
  expect(found(200, body)).toBeNull()
  expect(found(200, { ...body, more: 1 })).toContain('more')
  expect(found(200, { ...body, version: 1 })).toContain('version')
  expect(found(418, body)).toContain('not documented')
})

test('the page names every call, runs nothing and loads nothing', () => {
  const { html, policy } = docsPage(document)
  for (const { path, call } of calls) {
    expect(html).toContain(`id="${call.operationId}"`)
    expect(html).toContain(path)
  }
  expect(html).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|style="|url\(|@import/i)
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-/)
})

test('the same document is offered in OpenAPI 3.0.3, which has no null types', () => {
  const older = openApiDocument('1.2.3', '/api', '3.0.3')
  expect(older.openapi).toBe('3.0.3')
  expect(Object.keys(older.paths)).toEqual(Object.keys(document.paths))
  const text = JSON.stringify(older)
  expect(text).toContain('"nullable":true')
  expect(text).not.toMatch(/"type":"null"|"type":\[|"const":|"exclusiveMinimum":\d|"examples":\[/)
})
