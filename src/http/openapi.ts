import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { Operation } from './contract/operation.js'
import { listOperations, type OperationId } from './contract/operations.js'
import { type ProblemCode, problemCodes, statusOf } from './problem-codes.js'

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(problemCodes),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    requestId: z.string(),
  })
  .openapi('Problem', { description: 'RFC 9457' })

/** Writes the OpenAPI 3.1 document of the operations, from the schemas that check requests. */
export function openApiDocument(version: string): { openapi: string; paths?: Record<string, unknown> } {
  const app = new OpenAPIHono()
  for (const [id, operation] of listOperations()) app.openAPIRegistry.registerPath(routeOf(id, operation))
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Milepost', version, description: 'Milestones, badges, points and levels' },
  }) as unknown as { openapi: string; paths?: Record<string, unknown> }
}

function routeOf(id: OperationId, operation: Operation): RouteConfig {
  const { method, path, tag, summary, description, params, query, body, isBodyOptional } = operation
  return {
    method,
    path,
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: !isBodyOptional, content: { 'application/json': { schema: body } } } }),
    },
    responses: { ...success(operation), ...failures(operation) },
  }
}

function success({ status = 200, answer, media }: Operation): RouteConfig['responses'] {
  const content = {
    ...(answer && { 'application/json': { schema: answer } }),
    ...(media && { [media]: { schema: z.string() } }),
  }
  return { [status]: { description: 'Done', ...((answer || media) && { content }) } }
}

function failures(operation: Operation): RouteConfig['responses'] {
  const statuses = new Set(codesOf(operation).map(statusOf))
  const content = { 'application/problem+json': { schema: problem } }
  return Object.fromEntries([...statuses].sort().map(status => [status, { description: 'Refused', content }]))
}

/** Lists what an operation can refuse. */
export function codesOf({ access, body, isIdempotent, refusals = [] }: Operation): readonly ProblemCode[] {
  return [
    'REQUEST_INVALID',
    ...(access === 'public' ? [] : (['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED'] as const)),
    ...(body ? (['BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
    ...(isIdempotent ? (['IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_KEY_REUSED'] as const) : []),
    ...refusals,
    'INTERNAL',
    'USER_BUSY',
  ]
}
