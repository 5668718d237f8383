import { expect, onTestFinished, test } from 'vitest'
import { createWebhook, listAttempts, listDeliveries } from '../../src/service/server/webhooks.js'
import type { Delivery } from '../../src/store/server/deliveries.js'
import { until } from '../races/interleaving.js'
import { names, randomFrom } from '../races/lists.js'
import { describeOnEach } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { startWorker } from '../support/workers.js'
import { lesson } from './stream-desk.js'
import { openWebhookDesk, type WebhookDesk } from './webhook-desk.js'
import { openSink, type Sink, verify } from './webhook-sink.js'

const file = new URL('./webhook.worker.ts', import.meta.url)

describeOnEach(['pg'], 'webhook workers', database => {
  const task = ({ port }: Sink, seed: number) => {
    const scheduleMs = [0, ...Array(20).fill(20)]
    return { url: database.url, seed, port, timeoutMs: 300, leaseMs: 1_000, scheduleMs }
  }
  async function all({ context }: WebhookDesk, endpointId: string): Promise<readonly Delivery[]> {
    const found: Delivery[] = []
    for (let last: Delivery | undefined; ; last = found.at(-1)) {
      const after = last && { createdAtMs: last.createdAt.getTime(), id: last.id }
      const page = (await listDeliveries(context, { endpointId, limit: 100, after }))!
      found.push(...page)
      if (page.length < 100) return found
    }
  }

  test('deliver everything, always signed, to a receiver that fails 5 % and hangs 1 %, even if a worker is killed', async () => {
    const seed = 4711
    const random = randomFrom(seed)
    const sink = await openSink(() => {
      const chance = random()
      return chance < 0.05 ? 500 : chance < 0.06 ? 'hang' : 204
    })
    onTestFinished(() => sink.close())
    const desk = await openWebhookDesk(database.db)
    const { webhook, secret } = await createWebhook(desk.context, { url: sink.url })
    const workers = [1, 2, 3].map(number => startWorker<unknown>(file, task(sink, number)))
    await Promise.all(workers.map(worker => worker.next()))
    const userIds = names('user', scale(100, 5_000))
    for (let i = 0; i < userIds.length; i += 20) {
      await desk.service.record(userIds.slice(i, i + 20).flatMap(userId => [lesson(userId), lesson(userId, 'b')]))
      if (i === 40) await workers[0]!.kill()
    }
    const expected = userIds.length * 2
    await until(async () => {
      const found = await all(desk, webhook.id)
      return found.length === expected && found.every(({ status }) => status === 'delivered')
    })
    for (const each of sink.received) verify(secret, each)
    const told = new Map(sink.received.map(({ id, told }) => [id, told]))
    expect(new Set(told.values()).size).toBe(expected)
    expect(told.size).toBe(expected)
    expect(sink.received.length).toBeGreaterThan(expected)
    for (const worker of workers.slice(1)) worker.send('end')
    expect((await Promise.all(workers.slice(1).map(worker => worker.finished()))).flat()).toEqual([])
  })

  test('take over what one of them was sending when it was killed, and the lost try can be seen', async () => {
    const sink = await openSink((_, nth) => (nth === 1 ? 'hang' : 204))
    onTestFinished(() => sink.close())
    const desk = await openWebhookDesk(database.db)
    const { webhook, secret } = await createWebhook(desk.context, { url: sink.url })
    const first = startWorker(file, { ...task(sink, 1), timeoutMs: 60_000 })
    await first.next()
    await desk.service.record(lesson('ann'))
    await sink.until(1)
    await first.kill()
    const second = startWorker(file, { ...task(sink, 2), timeoutMs: 60_000, leaseMs: 120_000 })
    await second.next()
    const received = await sink.until(2)
    let delivery: Delivery | undefined
    await until(async () => {
      delivery = (await all(desk, webhook.id))[0]
      return delivery?.status === 'delivered'
    })
    for (const each of received) verify(secret, each)
    expect(received[1]!.id).toBe(received[0]!.id)
    expect(await listAttempts(desk.context, delivery!.id)).toMatchObject([
      { durationMs: null, statusCode: null, failure: null },
      { statusCode: 204 },
    ])
    second.send('end')
    await second.finished()
  })

  test('share the work, and send nothing twice while all goes well', async () => {
    const sink = await openSink()
    onTestFinished(() => sink.close())
    const desk = await openWebhookDesk(database.db)
    for (let i = 0; i < 3; i++) await createWebhook(desk.context, { url: sink.url })
    const workers = [1, 2].map(seed => startWorker(file, { ...task(sink, seed), leaseMs: 60_000, timeoutMs: 30_000 }))
    await Promise.all(workers.map(worker => worker.next()))
    const userIds = names('user', 100)
    await desk.service.record(userIds.map(userId => lesson(userId)))
    await sink.until(300)
    for (const worker of workers) worker.send('end')
    await Promise.all(workers.map(worker => worker.finished()))
    expect(sink.received).toHaveLength(300)
    expect(new Set(sink.received.map(({ id }) => id)).size).toBe(100)
  })
})
