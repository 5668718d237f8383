import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { createMilepostServer } from '../../src/http.js'
import { createWebhook } from '../../src/service/server/webhooks.js'
import { until } from '../races/interleaving.js'
import { describeOnEach } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { startWorker } from '../support/workers.js'
import { lesson } from './stream-desk.js'
import { allPorts, openWebhookDesk } from './webhook-desk.js'
import { openSink } from './webhook-sink.js'

describeOnEach(['pg'], 'a pass beside a worker that runs', database => {
  test('delivers nothing that the worker delivers, and together they deliver everything', async () => {
    const sink = await openSink()
    onTestFinished(() => sink.close())
    const { context, service } = await openWebhookDesk(database.db)
    await createWebhook(context, { url: sink.url })
    const webhooks = { allowHttp: true, allowPrivate: true, ports: allPorts, pollMs: 5, idleMs: 5 }
    const newServer = (deliver: boolean) => {
      const server = createMilepostServer({ service, db: database.db, deliver, webhooks })
      onTestFinished(() => server.close())
      return server
    }
    newServer(true)
    const server = newServer(false)
    const userCount = scale(60, 1_000)
    let isOver = false
    onTestFinished(() => {
      isOver = true
    })
    const passing = (async () => {
      // A pass that ends in the middle of an attempt leaves it to be made again.
      while (!isOver) await server.deliverOnce({ deadlineMs: 900_000 })
    })()
    for (let n = 0; n < userCount; n += 10)
      await service.record(Array.from({ length: 10 }, (_, i) => lesson(`user ${n + i}`)))
    await sink.until(userCount)
    isOver = true
    await passing
    const attempts = () =>
      database.rows<{ count: number }>(sql`select count(*)::int as count, count(distinct delivery_id)::int as delivered
        from milepost.webhook_attempts where status_code = 204`)
    await until(async () => (await attempts())[0]!.count >= userCount)
    expect(await attempts()).toEqual([{ count: userCount, delivered: userCount }])
    expect(new Set(sink.received.map(({ id }) => id)).size).toBe(userCount)
    expect(sink.received).toHaveLength(userCount)
  })
})

describeOnEach(['pg'], 'a process without a worker', database => {
  test('ends by itself once its pool is closed, after it has recorded and delivered', async () => {
    const sink = await openSink()
    onTestFinished(() => sink.close())
    const desk = await openWebhookDesk(database.db)
    await createWebhook(desk.context, { url: sink.url })
    const worker = startWorker(new URL('./deliver-once.worker.ts', import.meta.url), { url: database.url })
    expect(await worker.finished()).toMatchObject([{ deliveredCount: 1, failedCount: 0 }])
    expect(sink.received.map(({ told }) => told)).toEqual(['ann 1 badge.awarded one'])
  })
})
