import type { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiDocument } from '../../src/http/docs/document.js'
import { openApiDocument } from '../../src/http/docs/openapi.js'
import { parseCatalog } from '../../src/index.js'
import { prepareFeed } from '../../src/store/progress/outbox.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { tried } from '../reliability/tried.js'
import { describeOnEach, type TestDatabase } from '../support/databases.js'
import { answerCheck } from '../support/documented-answers.js'
import { httpClient } from '../support/http-client.js'
import { scale } from '../support/scale.js'
import { documentedRequest, type FuzzedRequest, requestArbitrary } from '../support/shape-arbitraries.js'

const document: ApiDocument = openApiDocument('0.0.0')
const check = answerCheck(document)
const catalog = {
  currencies: ['gems'],
  milestones: [
    // The first by the id that the examples of the documents have.
    ...['first-steps', 't2'].map((id, i) => ({
      id,
      title: id,
      requirement: { type: 'tutorials_completed', count: i + 1 },
    })),
    { id: 'posts', title: 'Posts', requirement: { type: 'count', category: 'action' }, tiers: [1, 3] },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'action', every: 'day', target: 2 } },
    {
      id: 'both',
      title: 'Both',
      requirement: {
        type: 'all',
        of: [
          { type: 'points', target: 1 },
          { type: 'milestones', ids: ['first-steps'] },
        ],
      },
    },
  ].map(milestone => ({ ...milestone, reward: { points: 5, unlocks: ['door'] } })),
  points: [{ category: 'action', points: 1 }],
  // By the id that the examples have too.
  boards: [
    { id: 'weekly-km', title: 'Kilometres', by: { type: 'total', category: 'action', property: 'km' }, period: 'week' },
  ],
}
// A stream does not end by itself.
const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, call]) => (call.operationId === 'stream' ? [] : [{ method, path, call }])),
)
const guarded = [
  'user_progress',
  'user_metrics',
  'user_standings',
  'points_ledger',
  'outbox',
  'api_keys',
  'webhook_endpoints',
  'catalog_versions',
  'audit_log',
]

const tables = tablesIn()

const stateQuery = `select concat(${guarded
  .map(table => {
    // When a key was last used is written aside.
    const row = table === 'api_keys' ? `(to_jsonb(t) - 'last_used_at')::text` : 'to_jsonb(t)::text'
    return `(select md5(coalesce(string_agg(${row}, ',' order by ${row}), '')) from milepost.${table} as t)`
  })
  .join(', ')}) as state`

/** Reads it after every request: to plan it each time would take longer than to run it, so it is prepared. */
async function stateOf({ kind, client, isCluster, session }: TestDatabase<'pglite' | 'pg'>): Promise<string> {
  // In a cluster, a reader of events gives them their place.
  if (isCluster) await prepareFeed(session, tables)
  if (kind === 'pg') {
    const { rows } = await (client as Pool).query<{ state: string }>({ name: 'state', text: stateQuery })
    return rows[0]!.state
  }
  const { rows } = await (client as PGlite).query<{ state: string }>('EXECUTE state')
  return rows[0]!.state
}

describeOnEach(['pglite', 'pg'], 'whatever is sent', database => {
  beforeAll(async () => {
    if (database.kind === 'pglite') await database.rows(sql.raw(`PREPARE state AS ${stateQuery}`))
  })
  afterAll(async () => {
    if (database.kind === 'pglite') await database.rows(sql`DEALLOCATE state`)
  })

  test.each(calls)(
    '$call.operationId answers as documented, and a refusal changes nothing',
    async ({ method, path, call }) => {
      const { send, service } = httpClient(database.db, { catalog, limits: { perUser: false, perCredential: false } })
      await service.record(['ann', 'bob'].map(userId => ({ userId, category: 'tutorial', itemKey: 'intro' })))
      // Only then completions can be folded.
      await service.apply(parseCatalog(catalog))
      let answeredCount = 0
      let state = await stateOf(database)
      const documented = Array(3).fill(documentedRequest(path, call, document.components.schemas))
      const request = requestArbitrary(path, call, document.components.schemas)
      await fc.assert(
        fc.asyncProperty(request, async ({ path: address, body }) => {
          const isBodiless = method === 'get' || body === undefined
          const received = await send(method.toUpperCase(), address, isBodiless ? {} : { body })
          expect(received.status, JSON.stringify(received.body)).toBeLessThan(500)
          if (!isElsewhere(received.body)) expect(check(method, path, received)).toBeNull()
          tried('requests')
          if (received.status < 400) answeredCount += 1
          const before = state
          state = await stateOf(database)
          if (received.status >= 400 || method === 'get') expect(state).toBe(before)
        }),
        {
          numRuns: scale(database.kind === 'pg' ? 10 : 5, 5_000),
          examples: documented.map((given): [FuzzedRequest] => [given]),
        },
      )
      // Else it would show nothing. Ids that the server makes are not known here.
      if (!/\{id\}|webhooks/.test(path)) expect(answeredCount).toBeGreaterThan(2)
    },
  )
})

// Dots in a path lead to another address, which browsers and servers agree on.
function isElsewhere(body: { readonly code?: string } | undefined): boolean {
  return body?.code === 'NOT_FOUND' || body?.code === 'METHOD_NOT_ALLOWED'
}
