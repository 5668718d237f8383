import { expect, onTestFinished, test } from 'vitest'
import { describeOnEach } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'
import { allPorts } from './webhook-desk.js'
import { openSink, verify } from './webhook-sink.js'

const catalog = {
  milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } }],
}
const url = 'https://example.com/hooks'

describeOnEach(['pglite', 'pg'], 'webhooks over HTTP', database => {
  test('are made, listed in pages, read, changed and deleted', async () => {
    const { send } = httpClient(database.db)
    const made = await send('POST', '/v1/webhooks', { body: { url } })
    expect(made).toMatchObject({
      status: 201,
      body: {
        secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
        webhook: { url, types: ['badge.awarded', 'badge.revoked'], isEnabled: true, disabledBecause: null },
      },
    })
    const { id } = made.body.webhook
    await send('POST', '/v1/webhooks', { body: { url, types: ['badge.revoked'] } })
    const first = await send('GET', '/v1/webhooks?limit=1')
    expect(first.body.webhooks).toEqual([made.body.webhook])
    expect((await send('GET', `/v1/webhooks?cursor=${first.body.next}`)).body).toMatchObject({
      webhooks: [{ types: ['badge.revoked'] }],
      next: null,
    })
    const changed = await send('PUT', `/v1/webhooks/${id}`, { body: { isEnabled: false, types: ['badge.awarded'] } })
    expect(changed.body).toMatchObject({ id, url, isEnabled: false, types: ['badge.awarded'] })
    expect((await send('GET', `/v1/webhooks/${id}`)).body).toEqual(changed.body)
    expect((await send('DELETE', `/v1/webhooks/${id}`)).status).toBe(204)
    expect((await send('GET', `/v1/webhooks/${id}`)).status).toBe(404)
  })

  test('deliver what happens, and show every attempt', async () => {
    const sink = await openSink((_, nth) => (nth === 1 ? 500 : 204))
    onTestFinished(() => sink.close())
    const { send, server } = httpClient(database.db, {
      catalog,
      deliver: true,
      webhooks: { allowHttp: true, allowPrivate: true, ports: allPorts, pollMs: 5, idleMs: 5, scheduleMs: [0, 1] },
    })
    onTestFinished(() => server.close())
    const { body } = await send('POST', '/v1/webhooks', { body: { url: sink.url } })
    await send('POST', '/v1/completions', { body: { userId: 'ann', category: 'lesson', itemKey: 'a' } })
    const received = await sink.until(2)
    for (const each of received) verify(body.secret, each)
    const { id } = body.webhook
    let delivery = (await send('GET', `/v1/webhooks/${id}/deliveries`)).body.deliveries[0]
    while (delivery.status !== 'delivered') {
      await new Promise(setImmediate)
      delivery = (await send('GET', `/v1/webhooks/${id}/deliveries`)).body.deliveries[0]
    }
    expect(delivery).toMatchObject({ messageId: received[0]!.id, attemptCount: 2, nextAttemptAt: null })
    expect((await send('GET', `/v1/webhooks/deliveries/${delivery.id}/attempts`)).body.attempts).toMatchObject([
      { status: 500, error: 'answered 500' },
      { status: 204, error: null },
    ])
    expect(await send('POST', `/v1/webhooks/deliveries/${delivery.id}/redeliver`)).toMatchObject({ status: 202 })
    expect(new Set((await sink.until(3)).map(({ id }) => id)).size).toBe(1)
    expect(await send('POST', `/v1/webhooks/${id}/test`)).toMatchObject({ status: 202, body: { type: 'webhook.test' } })
    expect((await sink.until(4))[3]).toMatchObject({ told: 'webhook.test' })
  })

  test('list deliveries page by page', async () => {
    const { send } = httpClient(database.db)
    const { id } = (await send('POST', '/v1/webhooks', { body: { url } })).body.webhook
    for (let i = 0; i < 3; i++) await send('POST', `/v1/webhooks/${id}/test`)
    const first = await send('GET', `/v1/webhooks/${id}/deliveries?limit=2&status=pending`)
    const second = await send('GET', `/v1/webhooks/${id}/deliveries?limit=2&cursor=${first.body.next}`)
    const ids = [...first.body.deliveries, ...second.body.deliveries].map((delivery: { id: string }) => delivery.id)
    expect(new Set(ids).size).toBe(3)
    expect(second.body.next).toBeNull()
    expect((await send('GET', `/v1/webhooks/${id}/deliveries?cursor=nonsense`)).status).toBe(400)
  })

  test('refuse internal addresses and unknown webhooks', async () => {
    const { send } = httpClient(database.db)
    for (const bad of [
      'http://example.com/',
      'https://127.1/',
      'https://[::ffff:10.0.0.1]/',
      'https://a:b@example.com/',
    ]) {
      expect(await send('POST', '/v1/webhooks', { body: { url: bad } })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/url' }] },
      })
    }
    const missing = [
      ['GET', 'wh_none'],
      ['PUT', 'wh_none'],
      ['DELETE', 'wh_none'],
      ['POST', 'wh_none/rotate'],
      ['POST', 'wh_none/test'],
      ['GET', 'wh_none/deliveries'],
      ['GET', 'deliveries/dlv_none/attempts'],
      ['POST', 'deliveries/dlv_none/redeliver'],
    ] as const
    for (const [method, path] of missing) {
      const answer = await send(method, `/v1/webhooks/${path}`, method === 'PUT' ? { body: {} } : {})
      expect([path, answer.status]).toEqual([path, 404])
    }
  })
})
