import { expect, test } from 'vitest'
import { createClient } from '../../src/client.js'
import { parseCatalog } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'

const definition = {
  milestones: [{ id: 'two', title: 'Two', requirement: { type: 'count', category: 'view', target: 2 } }],
}
const view = (on: string) => ({ userId: 'ann', category: 'view', itemKey: on, completedAt: new Date(on) })
const before = new Date('2025-01-01')

describeOnEach(['pglite'], 'POST /v1/fold', database => {
  const started = async () => {
    const http = httpClient(database.db, { catalog: definition })
    await http.service.apply(parseCatalog(definition))
    await http.service.record(['2024-01-01', '2024-02-01', '2025-02-01'].map(view))
    return http
  }
  const admin = { scopes: ['admin'] } as const

  test('folds as the service does, and says so to the client with dates', async () => {
    const { server, service } = await started()
    const client = createClient({
      baseUrl: 'http://localhost',
      token: 'any',
      fetch: (input, init) =>
        server.handler(
          new Request(input, { ...init, headers: { ...Object(init?.headers), 'x-test-scopes': 'admin' } }),
        ),
    })
    const report = { before, categories: ['view'], userCount: 1, completionCount: 2, clearedCount: 0 }
    const dryRun = await client.foldCompletions(before, { categories: ['view'], dryRun: true })
    expect(dryRun).toEqual({ ...report, isDryRun: true })
    expect(await client.foldCompletions(before, { categories: ['view'] })).toEqual({ ...report, isDryRun: false })
    expect(await service.record(view('2024-01-01'))).toMatchObject({ isFolded: true })
  })

  test('tells its progress as events', async () => {
    const { server } = await started()
    const answer = await server.handler(
      new Request('http://localhost/v1/fold', {
        method: 'POST',
        headers: { 'x-test-scopes': 'admin', accept: 'text/event-stream', 'content-type': 'application/json' },
        body: JSON.stringify({ before, categories: ['view'] }),
      }),
    )
    const text = await answer.text()
    expect(text).toContain('event: progress\ndata: {"userCount":1')
    expect(text).toMatch(/event: result\ndata: .*"completionCount":2/)
  })

  test('refuses an instant in the future, and categories of badges', async () => {
    const { send } = await started()
    const fold = (body: object) => send('POST', '/v1/fold', { ...admin, body })
    const future = await fold({ before: '2999-01-01T00:00:00Z', categories: ['view'] })
    expect([future.status, future.body.code]).toEqual([400, 'INPUT_INVALID'])
    const badges = await fold({ before: '2025-01-01T00:00:00Z', categories: ['milestone_badge'] })
    expect([badges.status, badges.body.code]).toEqual([400, 'INPUT_INVALID'])
  })
})
