import { z } from '@hono/zod-openapi'
import { userId, wholeNumber } from './fields.js'
import { operation } from './operation.js'

const read = { scope: 'read' } as const

const health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  timeZoneData: z.nullable(z.string()).openapi({ description: 'The version of the time zone data, such as 2026b' }),
})

const check = z.object({ isOk: z.boolean(), detail: z.nullable(z.string()) })

const readiness = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.object({ database: check, migrations: check, catalog: check, writes: check }),
  outbox: z.nullable(z.object({ lagMs: z.nullable(z.number()), heldBackMs: z.nullable(z.number()) })),
})

const pass = z.object({
  deliveredCount: z.int(),
  failedCount: z
    .int()
    .openapi({ description: 'Attempts that failed. They are made again later, or were the last one' }),
  userCount: z.int().openapi({ description: 'Users of whom rows came from followed tables, and who were counted' }),
  awardedCount: z.int(),
  undoneCount: z.int().openapi({ description: 'Completions undone because their rows were deleted' }),
  foldedCount: z.int().openapi({ description: 'Completions folded by the retention rules of the catalog' }),
  isMoreDue: z.boolean().openapi({ description: 'Whether something is left to do: call again soon' }),
})

const cron = {
  path: '/v1/cron',
  tag: 'Operations',
  description:
    'For platforms that freeze or end a process between requests. Takes `Authorization: Bearer <cronSecret>`, or a server key with the scope `admin`. Safe to call in parallel, and beside servers that keep running.',
  access: { scope: 'admin' },
  takesCronSecret: true,
  query: z.strictObject({
    deadlineMs: wholeNumber(100, 900_000)
      .openapi({ description: 'How long the call may take. Set it below the limit of the platform. Default: 10000' })
      .optional(),
  }),
  answer: pass,
  turn: 'none',
} as const

/** What is about the server itself, and the stream. */
export const serverOperations = {
  stream: operation({
    method: 'get',
    path: '/v1/stream',
    tag: 'Stream',
    summary: 'Stream awards and revocations as they happen (SSE)',
    description:
      'For one user or, with a server key, for all. `Last-Event-ID` continues an interrupted stream. EventSource in a browser cannot send headers: pass the user token as `access_token`.',
    access: { scope: 'read', user: 'own' },
    turn: 'none',
    query: z.strictObject({
      userId: userId.optional(),
      progress: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'Whether to send the progress of the user too' }),
      lastEventId: z.string().max(200).optional().openapi({ description: 'The same as the header `Last-Event-ID`' }),
      access_token: z.string().max(8192).optional().openapi({ description: 'A user token' }),
    }),
    media: 'text/event-stream',
  }),
  deliverOnce: operation({
    ...cron,
    method: 'post',
    summary: 'Do what is due, once: send webhooks, count users of followed tables, fold old completions',
    isRepeatable: true,
  }),
  deliverOnceByGet: operation({
    ...cron,
    method: 'get',
    summary: 'Do the same, for cron jobs that can only send GET',
  }),
  getHealth: operation({
    method: 'get',
    path: '/healthz',
    tag: 'Operations',
    summary: 'Check that the process answers',
    access: 'public',
    answer: health,
  }),
  getReadiness: operation({
    method: 'get',
    path: '/readyz',
    tag: 'Operations',
    summary: 'Check whether calls can be served. 503 if not',
    access: 'public',
    answer: readiness,
    otherStatus: 503,
  }),
  getMetrics: operation({
    method: 'get',
    path: '/metrics',
    tag: 'Operations',
    summary: 'Read metrics as Prometheus text',
    access: read,
    media: 'text/plain',
  }),
  getOpenApi: operation({
    method: 'get',
    path: '/openapi.json',
    tag: 'Operations',
    summary: 'Read this document',
    access: 'public',
    answer: z.looseObject({ openapi: z.string() }),
  }),
  getOpenApi30: operation({
    method: 'get',
    path: '/openapi-3.0.json',
    tag: 'Operations',
    summary: 'Read this document as OpenAPI 3.0.3, for tools that cannot read 3.1',
    access: 'public',
    answer: z.looseObject({ openapi: z.string() }),
  }),
  getDocs: operation({
    method: 'get',
    path: '/docs',
    tag: 'Operations',
    summary: 'Read this document as a web page',
    access: 'public',
    media: 'text/html',
  }),
} as const
