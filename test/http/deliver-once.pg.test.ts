import { expect, onTestFinished, test } from 'vitest'
import { createWebhook } from '../../src/service/server/webhooks.js'
import { describeOnEach } from '../support/databases.js'
import { startWorker } from '../support/workers.js'
import { openWebhookDesk } from './webhook-desk.js'
import { openSink } from './webhook-sink.js'

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
