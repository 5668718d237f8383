import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { Operation } from '../contract/operation.js'
import { listOperations, type OperationId } from '../contract/operations.js'
import { type ProblemCode, problemCodes, statusOf, titleOf, typeOf } from '../problem/problem-codes.js'
import type { ApiDocument } from './document.js'

const problem = z
  .object({
    type: z.string().openapi({ example: typeOf('INPUT_INVALID') }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(problemCodes),
    errors: z
      .array(z.object({ pointer: z.string().openapi({ description: 'A JSON Pointer' }), detail: z.string() }))
      .optional(),
    requestId: z.string(),
  })
  .openapi('Problem', { description: 'RFC 9457. Codes and types never change their meaning' })

const tags: readonly (readonly [Operation['tag'], string])[] = [
  ['Completions', 'Record what users complete, and undo it.'],
  ['Users', 'Progress of a user, and changes to one user.'],
  ['Milestones', 'List milestones, count their holders, and read the leaderboard.'],
  ['Catalog', 'Read the catalog in effect, preview a change and apply it.'],
  ['Stream', 'Awards and revocations as they happen.'],
  ['Webhooks', 'Awards and revocations sent to other servers, signed.'],
  ['Keys', 'Server keys.'],
  ['Studio', 'The data of Studio. These routes may change with it.'],
  ['Operations', 'Health checks and metrics for operators.'],
]

const description =
  'Milestones, badges, points and levels. Errors are application/problem+json with a stable code. Lists are paged: pass `next` of a page as `cursor` to get the following page. Writes without a natural key accept an Idempotency-Key.'

/** The editions of OpenAPI in which the document can be written. Some generators of clients read only 3.0. */
export type OpenApiEdition = '3.1.0' | '3.0.3'

/**
 * Writes the OpenAPI document of the operations, from the schemas that check requests. `basePath`: the path before the
 * operations.
 */
export function openApiDocument(version: string, basePath = '', edition: OpenApiEdition = '3.1.0'): ApiDocument {
  const app = new OpenAPIHono()
  const { openAPIRegistry: registry } = app
  const bearer = { type: 'http', scheme: 'bearer' } as const
  registry.registerComponent('securitySchemes', 'serverKey', { ...bearer, description: 'A server key: `mp_live_…`' })
  registry.registerComponent('securitySchemes', 'userToken', {
    ...{ ...bearer, bearerFormat: 'JWT' },
    description: 'A token that your app signs for one of its users',
  })
  registry.registerComponent('securitySchemes', 'cronSecret', {
    ...bearer,
    description: 'The `cronSecret` of the server',
  })
  for (const [id, operation] of listOperations()) registry.registerPath(routeOf(id, operation))
  const head = {
    openapi: edition,
    info: { title: 'Milepost', version, description },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    tags: tags.map(([name, words]) => ({ name, description: words })),
  }
  const document = edition === '3.1.0' ? app.getOpenAPI31Document(head) : app.getOpenAPIDocument(head)
  return document as unknown as ApiDocument
}

function routeOf(id: OperationId, operation: Operation): RouteConfig {
  const { method, path, tag, summary, description: words, params, query, body, isBodyOptional, example } = operation
  const json = body && { schema: body, ...(example !== undefined && { example }) }
  return {
    ...{ method, path, operationId: id, tags: [tag], summary },
    ...(words !== undefined && { description: words }),
    ...securityOf(operation),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(operation.isIdempotent && { headers: idempotencyHeader }),
      ...(json && { body: { required: !isBodyOptional, content: { 'application/json': json } } }),
    },
    responses: { ...success(operation), ...failures(operation) },
  }
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(257)
    .optional()
    .openapi({ description: 'A repeat within 24 hours gets the same answer' }),
})

function securityOf({ access, takesCronSecret }: Operation): Pick<RouteConfig, 'security'> & Record<string, unknown> {
  if (access === 'public') return { security: [] }
  const others = [...(access.user === undefined ? [] : ['userToken']), ...(takesCronSecret ? ['cronSecret'] : [])]
  const schemes = ['serverKey', ...others]
  return { security: schemes.map(name => ({ [name]: [] })), 'x-scope': access.scope }
}

function success({ status = 200, answer, media, method, isPaged }: Operation): RouteConfig['responses'] {
  const content = {
    ...(answer && { 'application/json': { schema: answer } }),
    ...(media && { [media]: { schema: z.string() } }),
  }
  const link = isPaged && { headers: z.object({ Link: z.string().optional().openapi({ description: 'rel="next"' }) }) }
  return {
    [status]: { description: 'Done', ...((answer || media) && { content }), ...link },
    ...(method === 'get' && answer && { 304: { description: 'Unchanged since the ETag in `If-None-Match`' } }),
  }
}

function failures(operation: Operation): RouteConfig['responses'] {
  const content = { 'application/problem+json': { schema: problem } }
  const codes = [...new Set(codesOf(operation))]
  const statuses = [...new Set(codes.map(statusOf))].sort()
  return Object.fromEntries(
    statuses.map(status => {
      const own = codes.filter(code => statusOf(code) === status)
      const words = own.map(code => `\`${code}\`: ${titleOf(code)}`).join('. ')
      const isAnswer = operation.otherStatus === status && operation.answer
      const also = isAnswer && { 'application/json': { schema: operation.answer } }
      return [status, { description: words, content: { ...content, ...also } }]
    }),
  )
}

// The problem codes of an operation.
function codesOf({ access, method, body, isIdempotent, refusals = [] }: Operation): readonly ProblemCode[] {
  const isWrite = method !== 'get'
  return [
    'REQUEST_INVALID',
    ...(access === 'public' ? [] : (['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED'] as const)),
    ...(isWrite
      ? ([
          'BODY_INVALID',
          'IDEMPOTENCY_KEY_INVALID',
          'BODY_INCOMPLETE',
          'BODY_TOO_LARGE',
          'UNSUPPORTED_MEDIA_TYPE',
        ] as const)
      : []),
    ...(access === 'public' && !body ? [] : (['INPUT_INVALID'] as const)),
    ...(isIdempotent ? (['IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_KEY_REUSED'] as const) : []),
    ...refusals,
    'INTERNAL',
    'DATABASE_FAILED',
    'CONNECTION_BUSY',
    'SERVICE_CLOSED',
  ]
}
