import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { createSender } from '../../src/http/webhooks/send.js'
import { startWorker } from '../../src/http/webhooks/worker.js'
import type { Trace, TracedWork } from '../../src/service/context/tracing.js'
import {
  changeWebhook,
  createWebhook,
  getWebhook,
  listAttempts,
  listDeliveries,
  redeliver,
  removeWebhook,
  rotateWebhookSecret,
  testWebhook,
} from '../../src/service/server/webhooks.js'
import type { Delivery } from '../../src/store/server/deliveries.js'
import { claimDeliveries, settleDelivery } from '../../src/store/server/delivery-claims.js'
import { until, untilSettled } from '../races/interleaving.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'
import { tracesOf } from '../support/traces.js'
import { watched } from '../support/watched.js'
import { hostileReceivers, openHostileReceiver } from './hostile-receivers.js'
import { lesson } from './stream-desk.js'
import { openWebhookDesk, type WebhookDesk } from './webhook-desk.js'
import { openSink, type Sink, verify } from './webhook-sink.js'

const hand = { reason: 'asked for it' }

async function newSink(answer?: Parameters<typeof openSink>[0]): Promise<Sink> {
  const sink = await openSink(answer)
  onTestFinished(() => sink.close())
  return sink
}

/** Waits until the only delivery of a webhook stands so, and gives it. */
async function settled({ context }: WebhookDesk, endpointId: string, isDone: (delivery: Delivery) => boolean) {
  let found: readonly Delivery[] = []
  await until(async () => {
    found = (await listDeliveries(context, { endpointId, limit: 10 }))!
    return found.length > 0 && found.every(isDone)
  })
  return found[0]!
}

const isDelivered = ({ status }: Delivery): boolean => status === 'delivered'

describeOnEach(everyDatabase, 'webhooks', database => {
  test('are watched try by try, and no user is named', async () => {
    const watched: TracedWork[] = []
    const trace: Trace = (work, run) => {
      watched.push(work)
      return run()
    }
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink((_, nth) => (nth === 1 ? 500 : 204))
    const { webhook } = await createWebhook(desk.context, { url: sink.url })
    const { id } = webhook
    desk.work({ trace })
    await desk.service.record(lesson('ann'))
    await settled(desk, id, isDelivered)
    const attributesOf = (attempt: number) => ({ 'milepost.webhook': id, 'milepost.attempt': attempt })
    expect(watched).toEqual([1, 2].map(n => ({ name: 'milepost.deliver', attributes: attributesOf(n) })))
  })

  test('get every award and revocation from then on, signed, each with an id of its own', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink()
    await desk.service.record(lesson('before'))
    await untilSettled(desk.feed)
    const { secret } = await createWebhook(desk.context, { url: sink.url })
    desk.work()
    await desk.service.record([lesson('ann'), lesson('ann', 'b'), lesson('bob')])
    await sink.until(3)
    await desk.service.undo({ userId: 'bob', category: 'lesson', itemKey: 'a' }, hand)
    const received = await sink.until(4)
    expect(received.map(({ told }) => told).sort()).toEqual([
      'ann 1 badge.awarded lesson-1',
      'ann 2 badge.awarded lesson-2',
      'bob 1 badge.awarded lesson-1',
      'bob 2 badge.revoked lesson-1',
    ])
    for (const each of received) verify(secret, each)
    expect(received[0]!.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'milepost-webhooks',
    })
    expect(new Set(received.map(({ id }) => id)).size).toBe(4)
    expect(desk.errors).toEqual([])
  })

  test('get only the types that they ask for', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink()
    await createWebhook(desk.context, { url: sink.url, types: ['badge.revoked'] })
    desk.work()
    await desk.service.record(lesson('ann'))
    await desk.service.undo({ userId: 'ann', category: 'lesson', itemKey: 'a' }, hand)
    expect((await sink.until(1)).map(({ told }) => told)).toEqual(['ann 2 badge.revoked lesson-1'])
  })

  test('are tried again with the same id and body, signed afresh, and every try can be seen', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink((_, nth) => (nth < 3 ? [500, 302][nth - 1]! : 200))
    const { webhook, secret } = await createWebhook(desk.context, { url: sink.url })
    desk.work()
    await desk.service.record(lesson('ann'))
    const received = await sink.until(3)
    const delivery = await settled(desk, webhook.id, isDelivered)
    expect(delivery).toMatchObject({ status: 'delivered', attemptCount: 3, nextAttemptAt: null, type: 'badge.awarded' })
    expect(delivery.deliveredAt).toBeInstanceOf(Date)
    expect(new Set(received.map(({ id, body }) => `${id} ${body}`)).size).toBe(1)
    expect(received[0]!.id).toBe(delivery.messageId)
    for (const each of received) verify(secret, each)
    expect(await listAttempts(desk.context, delivery.id)).toMatchObject([
      { statusCode: 500, failure: 'answered 500', durationMs: expect.any(Number) },
      { statusCode: 302, failure: 'answered 302' },
      { statusCode: 200, failure: null },
    ])
  })

  test('follow no redirect', async () => {
    const desk = await openWebhookDesk(database.db)
    const inside = await newSink()
    const sink = await newSink((_, nth) => (nth === 1 ? { status: 307, headers: { location: inside.url } } : 200))
    const { webhook } = await createWebhook(desk.context, { url: sink.url })
    desk.work()
    await desk.service.record(lesson('ann'))
    await settled(desk, webhook.id, isDelivered)
    expect(inside.received).toEqual([])
  })

  test('fail after the last try, and can be sent again manually', async () => {
    const desk = await openWebhookDesk(database.db)
    let status = 503
    const sink = await newSink(() => status)
    const { webhook } = await createWebhook(desk.context, { url: sink.url })
    desk.work()
    await desk.service.record(lesson('ann'))
    const dead = await settled(desk, webhook.id, ({ status }) => status === 'dead')
    expect(dead).toMatchObject({ attemptCount: 4, nextAttemptAt: null, deliveredAt: null })
    expect(await listDeliveries(desk.context, { endpointId: webhook.id, status: 'dead', limit: 10 })).toHaveLength(1)
    status = 200
    expect(await redeliver(desk.context, dead.id)).toMatchObject({ id: dead.id, status: 'pending' })
    expect(await settled(desk, webhook.id, isDelivered)).toMatchObject({ id: dead.id, attemptCount: 5 })
    expect(new Set(sink.received.map(({ id }) => id)).size).toBe(1)
  })

  test('wait as long as the receiver asks', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink(() => ({ status: 429, headers: { 'retry-after': '3600' } }))
    const { webhook } = await createWebhook(desk.context, { url: sink.url })
    desk.work()
    await desk.service.record(lesson('ann'))
    const { nextAttemptAt } = await settled(desk, webhook.id, ({ nextAttemptAt }) => {
      return nextAttemptAt !== null && nextAttemptAt.getTime() > Date.now() + 3_500_000
    })
    expect(nextAttemptAt!.getTime()).toBeLessThan(Date.now() + 3_601_000)
  })

  test('are disabled by 410, and enabled again get what happens from then on', async () => {
    const desk = await openWebhookDesk(database.db)
    let status = 410
    const sink = await newSink(() => status)
    const { webhook } = await createWebhook(desk.context, { url: sink.url })
    desk.work()
    await desk.service.record(lesson('ann'))
    await until(async () => !(await getWebhook(desk.context, webhook.id))!.isEnabled)
    expect(await getWebhook(desk.context, webhook.id)).toMatchObject({
      disabledBecause: 'the receiver answered 410 Gone',
    })
    expect(await settled(desk, webhook.id, ({ status }) => status === 'dead')).toMatchObject({ attemptCount: 1 })
    await desk.service.record(lesson('meanwhile'))
    await untilSettled(desk.feed)
    status = 200
    expect(await changeWebhook(desk.context, webhook.id, { isEnabled: true })).toMatchObject({ disabledBecause: null })
    await desk.service.record(lesson('bob'))
    expect((await sink.until(2)).map(({ told }) => told.split(' ')[0])).toEqual(['ann', 'bob'])
  })

  test('are signed with both secrets for a while after a rotation, and then with the new one', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink()
    const first = await createWebhook(desk.context, { url: sink.url })
    const { id } = first.webhook
    const second = await rotateWebhookSecret(desk.context, id, { overlapSeconds: 60 })
    desk.work()
    await testWebhook(desk.context, id)
    const [both] = await sink.until(1)
    verify(first.secret, both!)
    verify(second!.secret, both!)
    const third = await rotateWebhookSecret(desk.context, id, { overlapSeconds: 0 })
    await testWebhook(desk.context, id)
    const [, alone] = await sink.until(2)
    verify(third!.secret, alone!)
    expect(() => verify(second!.secret, alone!)).toThrow()
    expect(alone!.told).toBe('webhook.test')
  })

  test('that hang are cut off and tried again', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink((_, nth) => (nth === 1 ? 'hang' : 200))
    const { webhook } = await createWebhook(desk.context, { url: sink.url })
    desk.work({ timeoutMs: 500, scheduleMs: Array(20).fill(0) })
    await desk.service.record(lesson('ann'))
    const delivery = await settled(desk, webhook.id, isDelivered)
    const attempts = (await listAttempts(desk.context, delivery.id))!
    expect(attempts[0]).toMatchObject({ statusCode: null, failure: 'no answer within 500 ms' })
    expect(attempts.at(-1)).toMatchObject({ statusCode: 200 })
  })

  test('reach other receivers, and the worker closes in time, no matter what one receiver does', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink()
    const hostile = await Promise.all(Object.values(hostileReceivers).map(openHostileReceiver))
    await createWebhook(desk.context, { url: sink.url })
    for (const { url } of hostile) await createWebhook(desk.context, { url })
    const worker = desk.work({ concurrency: 4, timeoutMs: 100, scheduleMs: Array(1_000).fill(0) })
    await desk.service.record(['ann', 'bob', 'cid'].map(userId => lesson(userId)))
    // On a busy machine one may come twice.
    await until(async () => new Set(sink.received.map(({ id }) => id)).size === 3)
    await worker.close()
  })

  test('that never finish do not keep the worker from closing', async () => {
    const desk = await openWebhookDesk(database.db)
    await createWebhook(desk.context, { url: 'https://example.com/' })
    const begun = new Promise<void>(resolve => {
      const send = (): Promise<never> => {
        resolve()
        return new Promise(() => {})
      }
      const worker = desk.work({ send })
      onTestFinished(() => worker.close())
    })
    await desk.service.record(lesson('ann'))
    await begun
  })

  test('that are made while a worker closes are left to others', async () => {
    const desk = await openWebhookDesk(database.db)
    const { webhook } = await createWebhook(desk.context, { url: 'https://example.com/' })
    await desk.service.record(lesson('ann'))
    await untilSettled(desk.feed)
    await new Promise<void>(resolve => {
      const db = watched(desk.context.db, text => {
        if (/insert into .*webhook_deliveries/.test(text)) resolve(worker.close())
      })
      const send = async () => ({ statusCode: 204, failure: null, retryAfter: undefined })
      const worker = startWorker({ ...desk.context, db }, { send, random: () => 0, onError: () => {} })
    })
    expect(await listDeliveries(desk.context, { endpointId: webhook.id, limit: 9 })).toMatchObject([
      { status: 'pending', attemptCount: 0 },
    ])
  })

  test('that are under way in large numbers look like no leak', async () => {
    const desk = await openWebhookDesk(database.db)
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    // A quarter of those at once is of one webhook.
    for (let i = 0; i < 4; i++) await createWebhook(desk.context, { url: `https://example.com/${i}` })
    let count = 0
    const allBegun = new Promise<void>(resolve => {
      const send = createSender({
        resolve: () => {
          if (++count === 32) resolve()
          return new Promise(() => {})
        },
      })
      desk.work({ send, concurrency: 32 })
    })
    await desk.service.record(Array.from({ length: 8 }, (_, i) => lesson(`user ${i}`)))
    await allBegun
    // Warnings are given after what is under way.
    await new Promise(resolve => setImmediate(resolve))
    expect(warnings).toEqual([])
  })

  test('with an expired lease are settled by a success, but not by a failure', async () => {
    const desk = await openWebhookDesk(database.db)
    const { tables, now } = desk.context
    const { webhook } = await createWebhook(desk.context, { url: 'https://example.com/' })
    const { id } = (await testWebhook(desk.context, webhook.id))!
    const claim = async (): Promise<number | undefined> => {
      const [at, until] = [now(), now()]
      const limits = { limit: 1, limitPerEndpoint: 1, busy: [] }
      return (await claimDeliveries(database.session, tables, { at, until, ...limits }))[0]?.attemptNumber
    }
    const settle = (attemptNumber: number, status: 'dead' | 'delivered'): Promise<void> => {
      const outcome = { nextAttemptAt: null, at: now(), durationMs: 1, statusCode: null, failure: 'no answer' }
      return settleDelivery(database.session, tables, { id, attemptNumber, status, ...outcome })
    }
    const stored = async () => {
      const statement = sql`select status, attempt_count, failure_count, next_attempt_at is null as is_over
        from milepost.webhook_deliveries`
      return (await database.rows(statement))[0]
    }
    expect([await claim(), await claim()]).toEqual([1, 2])
    await settle(1, 'dead')
    expect(await stored()).toEqual({ status: 'pending', attempt_count: 2, failure_count: 0, is_over: false })
    await settle(1, 'delivered')
    expect(await stored()).toMatchObject({ status: 'delivered', failure_count: 0, is_over: true })
  })

  test('never reach a private address, even if a name resolves to one later', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink()
    const url = `http://rebind.example:${sink.port}/hook`
    const { webhook } = await createWebhook(desk.context, { url })
    desk.work({ allowPrivate: false, resolve: async () => [{ address: '127.0.0.1', family: 4 }] })
    await desk.service.record(lesson('ann'))
    const dead = await settled(desk, webhook.id, ({ status }) => status === 'dead')
    expect(await listAttempts(desk.context, dead.id)).toMatchObject(
      Array(4).fill({ statusCode: null, failure: 'the name leads to a private address' }),
    )
    expect(sink.received).toEqual([])
  })

  test('forget a user who is erased, and a webhook that is deleted', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink(() => 500)
    const { webhook } = await createWebhook(desk.context, { url: sink.url })
    desk.work({ scheduleMs: [0, 3_600_000] })
    const canary = 'canary-1616'
    await desk.service.record([lesson(canary), lesson('ann')])
    await settled(desk, webhook.id, ({ nextAttemptAt }) => nextAttemptAt!.getTime() > Date.now() + 1_000_000)
    expect(await tracesOf(database, canary)).toContain('milepost.webhook_deliveries.body')
    const { deliveries } = await desk.service.exportUser(canary)
    expect(deliveries).toMatchObject([{ endpointId: webhook.id, status: 'pending', body: { type: 'badge.awarded' } }])
    await desk.service.eraseUser(canary, hand)
    expect(await tracesOf(database, canary)).toEqual([])
    expect(await listDeliveries(desk.context, { endpointId: webhook.id, limit: 10 })).toHaveLength(1)
    expect(await removeWebhook(desk.context, webhook.id)).toBe(true)
    expect(await removeWebhook(desk.context, webhook.id)).toBe(false)
    for (const table of ['webhook_endpoints', 'webhook_deliveries', 'webhook_attempts']) {
      expect(await database.rows(sql`select from milepost.${sql.identifier(table)}`)).toEqual([])
    }
  })

  test('that are not there are null, not an error', async () => {
    const { context } = await openWebhookDesk(database.db)
    expect(await getWebhook(context, 'wh_none')).toBeNull()
    expect(await changeWebhook(context, 'wh_none', { isEnabled: true })).toBeNull()
    expect(await rotateWebhookSecret(context, 'wh_none')).toBeNull()
    expect(await testWebhook(context, 'wh_none')).toBeNull()
    expect(await listDeliveries(context, { endpointId: 'wh_none', limit: 10 })).toBeNull()
    expect(await listAttempts(context, 'dlv_none')).toBeNull()
    expect(await redeliver(context, 'dlv_none')).toBeNull()
  })

  test('are listed page by page, the newest first', async () => {
    const { context } = await openWebhookDesk(database.db)
    const { webhook } = await createWebhook(context, { url: 'https://example.com/' })
    for (let i = 0; i < 5; i++) await testWebhook(context, webhook.id)
    const all = (await listDeliveries(context, { endpointId: webhook.id, limit: 100 }))!
    const first = (await listDeliveries(context, { endpointId: webhook.id, limit: 2 }))!
    const after = { createdAtMs: first[1]!.createdAt.getTime(), id: first[1]!.id }
    const rest = (await listDeliveries(context, { endpointId: webhook.id, limit: 100, after }))!
    expect([...first, ...rest]).toEqual(all)
    expect(all).toHaveLength(5)
  })
})
