import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { beProgram } from './program.js'

/** The port that a proxy forwards to, and how long it holds back what it gets, in each direction. */
export type ProxySpec = { readonly port: number; readonly delayMs: number }

export type ProxyAnswer = { readonly port: number }

let roundTripCount = 0

// A round trip begins with what a client sends after it has been answered: statements sent together count as one.
beProgram(listen, () => roundTripCount)

async function listen(spec: ProxySpec): Promise<ProxyAnswer> {
  const server = createServer({ noDelay: true }, client => relay(client, spec)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port }
}

function relay(client: Socket, { port, delayMs }: ProxySpec): void {
  const server = connect({ port, host: '127.0.0.1', noDelay: true })
  let isAnswered = true
  client.on('data', chunk => {
    if (isAnswered) roundTripCount += 1
    isAnswered = false
    after(delayMs, () => server.write(chunk))
  })
  server.on('data', chunk => {
    isAnswered = true
    after(delayMs, () => client.write(chunk))
  })
  for (const [own, other] of [
    [client, server],
    [server, client],
  ] as const) {
    own.on('error', () => other.destroy())
    own.on('close', () => other.destroy())
    own.on('end', () => after(delayMs, () => other.end()))
  }
}

type Delivery = { readonly dueAtMs: number; readonly deliver: () => void }

const underWay: Delivery[] = []

function after(delayMs: number, deliver: () => void): void {
  underWay.push({ dueAtMs: performance.now() + delayMs, deliver })
  if (underWay.length === 1) setImmediate(deliverDue)
}

// Timers are too coarse for a millisecond. Everything is delayed by the same time, so the first is due first.
function deliverDue(): void {
  while (underWay.length > 0 && underWay[0]!.dueAtMs <= performance.now()) underWay.shift()!.deliver()
  if (underWay.length > 0) setImmediate(deliverDue)
}
