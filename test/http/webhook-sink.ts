import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** A request that a sink got. */
export type Received = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly id: string
  /** Says of the message `user sequence type badge`, or its type alone. */
  readonly told: string
}

/** What a sink does with a request: answers with a status and headers, or never. */
export type SinkAnswer =
  | number
  | 'hang'
  | { readonly status: number; readonly headers: Readonly<Record<string, string>> }

/** A receiver of webhooks on a port of this machine. */
export type Sink = {
  readonly url: string
  readonly port: number
  readonly received: Received[]
  /** Waits until so many requests have come. */
  readonly until: (count: number) => Promise<readonly Received[]>
  readonly close: () => Promise<void>
}

/** Opens a sink. `answer` is asked for each request, in the order in which they come. */
export async function openSink(answer: (received: Received, nth: number) => SinkAnswer = () => 204): Promise<Sink> {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const { headers, url = '' } = request
      const got = { path: url, headers, body, id: String(headers['webhook-id']), told: toldIn(body) }
      received.push(got)
      respond(response, answer(got, received.length))
      for (const wake of waiting) wake()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    until: async count => {
      while (received.length < count) {
        await new Promise<void>(resolve => {
          waiting.add(resolve)
        })
        waiting.clear()
      }
      return received
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function respond(response: ServerResponse, answer: SinkAnswer): void {
  if (answer === 'hang') return
  const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer
  response.writeHead(status, headers).end()
}

function toldIn(body: string): string {
  const { type, data } = JSON.parse(body)
  return data.badge ? `${data.userId} ${data.sequence} ${type} ${data.badge.id}` : type
}

/** Verifies a request as receivers do. @throws where it is not signed with the secret */
export function verify(secret: string, { body, headers }: Received): void {
  new Webhook(secret).verify(body, headers as Record<string, string>)
}
