import { setImmediate as turn } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { deliverDue } from '../../src/http/webhooks/deliver-due.js'
import { createSender } from '../../src/http/webhooks/send.js'
import { createMilepostServer, type MilepostServer, type MilepostServerOptions } from '../../src/http.js'
import { createMilestoneService, followTable, unfollowTable } from '../../src/index.js'
import { createKey } from '../../src/service/server/api-keys.js'
import { createWebhook, listDeliveries } from '../../src/service/server/webhooks.js'
import type { Session } from '../../src/store/database/session.js'
import { untilSettled } from '../races/interleaving.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'
import { lesson, lessons } from './stream-desk.js'
import { allPorts, openWebhookDesk } from './webhook-desk.js'
import { openSink, type Sink, type SinkAnswer } from './webhook-sink.js'

const secret = 'a secret of cron jobs'

async function newSink(answer?: () => SinkAnswer): Promise<Sink> {
  const sink = await openSink(answer)
  onTestFinished(() => sink.close())
  return sink
}

describeOnEach(everyDatabase, 'deliverOnce', database => {
  const newServer = (options: Partial<MilepostServerOptions> = {}): MilepostServer => {
    const { db } = database
    const service = createMilestoneService({ db, catalog: lessons })
    const webhooks = {
      allowHttp: true,
      allowPrivate: true,
      ports: allPorts,
      scheduleMs: [0, 0, 0, 0],
      ...options.webhooks,
    }
    const server = createMilepostServer({ service, db, deliver: false, ...options, webhooks })
    onTestFinished(() => server.close())
    return server
  }
  const call = (server: MilepostServer, method: string, authorization?: string, query = '') =>
    server.handler(
      new Request(`http://localhost/v1/cron${query}`, {
        method,
        headers: authorization === undefined ? {} : { authorization },
      }),
    )

  test('sends what is due without a worker, and nothing twice when passes run side by side', async () => {
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink()
    await createWebhook(desk.context, { url: sink.url })
    await desk.service.record([1, 2, 3, 4, 5].map(n => lesson(`user ${n}`)))
    await untilSettled(desk.feed)
    const servers = [newServer(), newServer(), newServer()]
    const passes = await Promise.all(servers.map(server => server.deliverOnce()))
    expect(passes.reduce((sum, { deliveredCount }) => sum + deliveredCount, 0)).toBe(5)
    expect(new Set(sink.received.map(({ id }) => id)).size).toBe(5)
    expect(sink.received).toHaveLength(5)
    expect(await newServer().deliverOnce()).toEqual({
      deliveredCount: 0,
      failedCount: 0,
      userCount: 0,
      awardedCount: 0,
      undoneCount: 0,
      foldedCount: 0,
      isMoreDue: false,
    })
  })

  test('tries again what failed, within the pass if it is due', async () => {
    const desk = await openWebhookDesk(database.db)
    let count = 0
    const sink = await newSink(() => (++count < 3 ? 500 : 204))
    await createWebhook(desk.context, { url: sink.url })
    await desk.service.record(lesson('ann'))
    await untilSettled(desk.feed)
    expect(await newServer().deliverOnce()).toMatchObject({ deliveredCount: 1, failedCount: 2, isMoreDue: false })
  })

  test('asks again if an attempt ended while it asked what is due', async () => {
    const desk = await openWebhookDesk(database.db)
    let count = 0
    const sink = await newSink(() => (++count < 2 ? 500 : 204))
    await createWebhook(desk.context, { url: sink.url })
    await desk.service.record(lesson('ann'))
    await untilSettled(desk.feed)
    let settle = (): void => {}
    const settled = new Promise<void>(resolve => {
      settle = resolve
    })
    const query: Session['query'] = async (statement, isKept) => {
      const rows = await desk.context.db.query(statement, isKept)
      if (statement.text.includes('set status =')) settle()
      // Told that nothing is due, it hears so only when the attempt under way has failed.
      else if (statement.text.includes('claimed as') && rows.length === 0) await settled.then(() => turn())
      return rows
    }
    const context = { ...desk.context, db: { ...desk.context.db, query } }
    const options = { send: createSender({ allowHttp: true, allowPrivate: true, ports: allPorts }), random: () => 0 }
    const until = performance.now() + 60_000
    expect(await deliverDue(context, { ...options, scheduleMs: [0, 0] }, until)).toEqual({
      deliveredCount: 1,
      failedCount: 1,
      isMoreDue: false,
    })
  })

  test('ends before its deadline, says that more is due, and leaves it to a later pass', async () => {
    const desk = await openWebhookDesk(database.db)
    let isHanging = true
    const sink = await newSink(() => (isHanging ? 'hang' : 204))
    const { webhook } = await createWebhook(desk.context, { url: sink.url })
    await desk.service.record(lesson('ann'))
    await untilSettled(desk.feed)
    const pass = newServer().deliverOnce({ deadlineMs: 4_000 })
    expect(await pass).toMatchObject({ deliveredCount: 0, failedCount: 0, isMoreDue: true })
    isHanging = false
    const later = () => new Date(Date.now() + 60_000)
    expect(await newServer({ now: later }).deliverOnce()).toMatchObject({ deliveredCount: 1, isMoreDue: false })
    expect(await listDeliveries(desk.context, { endpointId: webhook.id, limit: 9 })).toMatchObject([
      { status: 'delivered', attemptCount: 2 },
    ])
  })

  test('counts users of followed tables and delivers what they earned', async () => {
    const host = (text: string) => database.rows(sql.raw(text))
    onTestFinished(async () => {
      await unfollowTable(database.db, { table: 'host_cron' })
      await host('drop table host_cron')
    })
    await host('create table host_cron (user_id text, category text, item_key text, completed_at timestamptz)')
    await followTable(database.db, { table: 'host_cron' })
    const desk = await openWebhookDesk(database.db)
    const sink = await newSink()
    await createWebhook(desk.context, { url: sink.url })
    await host("insert into host_cron values ('ann', 'lesson', 'a', now())")
    const server = newServer()
    expect(await server.deliverOnce()).toMatchObject({ userCount: 1, awardedCount: 1 })
    await untilSettled(desk.feed)
    await server.deliverOnce()
    expect(sink.received.map(({ told }) => told)).toEqual(['ann 1 badge.awarded lesson-1'])
  })

  test('keeps the outbox open, so that what happens between two passes is sent', async () => {
    const server = newServer()
    const sink = await newSink()
    const desk = {
      db: database.session,
      tables: (await openWebhookDesk(database.db)).context.tables,
      now: () => new Date(),
    }
    await createWebhook(desk, { url: sink.url })
    await server.deliverOnce()
    const { service, feed } = await openWebhookDesk(database.db)
    await service.record(lesson('ann'))
    await untilSettled(feed)
    expect(await server.deliverOnce()).toMatchObject({ deliveredCount: 1 })
  })

  test('is refused with a deadline that is none, or an option that it does not know', async () => {
    const server = newServer()
    for (const deadlineMs of [0, 99, Number.NaN, 900_001])
      await expect(server.deliverOnce({ deadlineMs })).rejects.toThrow(
        'deadlineMs must be a number of milliseconds from 100 to 900000',
      )
    await expect(server.deliverOnce({ deadlineMS: 1 } as never)).rejects.toThrow('did you mean "deadlineMs"?')
    expect(() => newServer({ cronSecret: 'short' })).toThrow('cronSecret must be a string of at least 16 characters')
  })

  test('is called by GET and POST of /v1/cron with the secret, or with an admin key', async () => {
    const desk = await openWebhookDesk(database.db)
    const server = newServer({ cronSecret: secret })
    for (const method of ['GET', 'POST']) {
      const answer = await call(server, method, `Bearer ${secret}`, '?deadlineMs=5000')
      expect([answer.status, await answer.json()]).toMatchObject([200, { deliveredCount: 0, isMoreDue: false }])
    }
    const key = async (scope: 'admin' | 'award') =>
      (await createKey(desk.context, { name: scope, scopes: [scope] })).secret
    expect((await call(server, 'POST', `Bearer ${await key('admin')}`)).status).toBe(200)
    expect((await call(server, 'POST', `Bearer ${await key('award')}`)).status).toBe(403)
    expect((await call(server, 'POST', `Bearer ${secret}`, '?deadlineMs=1')).status).toBe(400)
  })

  test('is closed to everybody else, and to all but admin keys where no secret is set', async () => {
    const server = newServer({ cronSecret: secret })
    const wrong = [
      undefined,
      '',
      'Bearer ',
      `Bearer ${secret}x`,
      `Bearer ${secret.slice(1)}`,
      `bearer ${secret}`,
      secret,
      'Basic x',
    ]
    for (const authorization of wrong) expect((await call(server, 'GET', authorization)).status).toBe(401)
    const closed = newServer()
    for (const authorization of ['Bearer undefined', 'Bearer ', `Bearer ${secret}`])
      expect((await call(closed, 'POST', authorization)).status).toBe(401)
    const other = new Request('http://localhost/v1/catalog', { headers: { authorization: `Bearer ${secret}` } })
    expect((await server.handler(other)).status).toBe(401)
  })
})
