import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createSender, type WebhookSenderOptions } from '../../src/http/webhooks/send.js'
import { endlessAnswers, hostileReceivers, openHostileReceiver } from './hostile-receivers.js'
import { allPorts } from './webhook-desk.js'

const anywhere = { allowHttp: true, allowPrivate: true, ports: allPorts }

function send(url: string, options: WebhookSenderOptions, signal: AbortSignal = new AbortController().signal) {
  return createSender({ ...anywhere, ...options })({ url, headers: {}, body: '{}', signal })
}

test.each(Object.entries(hostileReceivers))('a receiver that %s has failed by the deadline', async (_, behave) => {
  const { url } = await openHostileReceiver(behave)
  const { statusCode, failure } = await send(url, { timeoutMs: 200 })
  expect([null, 101]).toContain(statusCode)
  expect(failure).toEqual(expect.any(String))
})

test.each(Object.entries(endlessAnswers))('a receiver that %s has answered', async (_, behave) => {
  const { url } = await openHostileReceiver(behave)
  expect(await send(url, { timeoutMs: 60_000 })).toEqual({ statusCode: 200, failure: null })
})

test('a name that is looked up for ever, or an end in between, ends the sending', async () => {
  const never = () => new Promise<never>(() => {})
  const url = 'http://hooks.example/'
  expect(await send(url, { timeoutMs: 10, resolve: never })).toMatchObject({ failure: 'no answer within 10 ms' })
  const abort = new AbortController()
  const sending = send(url, { resolve: never }, abort.signal)
  abort.abort()
  expect(await sending).toMatchObject({ statusCode: null, failure: 'the worker was stopped' })
  expect(await send(url, { resolve: never }, abort.signal)).toMatchObject({ failure: 'the worker was stopped' })
})

test('connects to the very address that was checked, asks for the name once, and names it in Host', async () => {
  const hosts: (string | undefined)[] = []
  const server = createServer((request, response) => {
    hosts.push(request.headers.host)
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  let askedCount = 0
  const resolve = async () => {
    askedCount += 1
    if (askedCount > 1) throw new Error('asked again')
    return [{ address: '127.0.0.1', family: 4 }]
  }
  expect(await send(`http://hooks.example:${port}/a?b=c`, { resolve })).toMatchObject({ statusCode: 200 })
  expect([hosts, askedCount]).toEqual([[`hooks.example:${port}`], 1])
})
