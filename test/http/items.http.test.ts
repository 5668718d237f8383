import { expect, test } from 'vitest'
import { describeOnEach } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'

const requirement = { type: 'count', category: 'lesson', items: { list: 'course:ts' } }
const catalog = { milestones: [{ id: 'course', title: 'Course', requirement }] }
const path = '/v1/items/course%3Ats'

describeOnEach(['pglite'], '/v1/items', database => {
  const admin = { scopes: ['admin'] } as const
  const started = async () => {
    const http = httpClient(database.db, { catalog })
    await http.service.record({ userId: 'ann', category: 'lesson', itemKey: 'intro' })
    return http
  }

  test('sets the items of a list after a plan, and lists them', async () => {
    const { send } = await started()
    const body = { items: ['types', 'intro'] }
    const plan = await send('POST', `${path}/plan`, { ...admin, body: { items: ['intro'] } })
    expect(plan).toMatchObject({ status: 200, body: { badges: [{ id: 'course', gained: { examples: ['ann'] } }] } })
    const set = await send('PUT', path, { ...admin, body: { ...body, reason: 'published', policy: 'keep' } })
    expect(set).toMatchObject({ status: 200, body: { version: 1, status: 'applied', awardedCount: 0 } })
    expect((await send('PUT', path, { ...admin, body })).body).toMatchObject({ version: 1, status: 'unchanged' })
    expect((await send('GET', path, admin)).body).toEqual({ items: ['intro', 'types'] })
    const { body: all } = await send('GET', '/v1/items', admin)
    expect(all.lists).toMatchObject([{ list: 'course:ts', itemCount: 2, version: 1 }])
    const { body: audit } = await send('GET', '/v1/studio/audit', admin)
    const details = { version: 1, policy: 'keep', list: 'course:ts', itemCount: 2 }
    expect(audit.entries).toMatchObject([{ action: 'set-items', reason: 'published', userId: '', details }])
    const { body: history } = await send('GET', '/v1/studio/versions', admin)
    expect(history.versions).toMatchObject([{ version: 1, list: 'course:ts' }])
  })

  test('tells its progress as events', async () => {
    const { server } = await started()
    const answer = await server.handler(
      new Request(`http://localhost${path}`, {
        method: 'PUT',
        headers: { 'x-test-scopes': 'admin', accept: 'text/event-stream', 'content-type': 'application/json' },
        body: JSON.stringify({ items: ['intro'] }),
      }),
    )
    const text = await answer.text()
    expect(text).toContain('event: progress\ndata: {"userCount":1')
    expect(text).toMatch(/event: result\ndata: .*"awardedCount":1/)
  })

  test.each([[{ items: 'intro' }], [{ items: [''] }], [{ items: ['a\u0000'] }], [{}], [{ items: [], polcy: 'keep' }]])(
    'refuses %j, and changes nothing',
    async body => {
      const { send, service } = await started()
      expect((await send('PUT', path, { ...admin, body })).status).toBe(400)
      expect(await service.getCatalogVersions()).toEqual([])
    },
  )
})
