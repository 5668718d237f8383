import { once } from 'node:events'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { connect } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Problem, problemOf, problemResponse } from '../../src/http/problem/problem.js'
import { readBytes } from '../../src/http/steps/body.js'
import { toNextHandler } from '../../src/next/next-handler.js'
import { toNodeHandler } from '../../src/node/node-handler.js'
import { listen } from '../../src/node/node-server.js'

const timeouts = { headersMs: 300, requestMs: 600, keepAliveMs: 5_000 }

async function start(handler: (request: Request) => Promise<Response>) {
  const server = await listen({ handler }, { host: '127.0.0.1', port: 0, timeouts })
  onTestFinished(async () => void (await server.stop(0)))
  return server
}

/** Sends these pieces and no more, and returns what comes back until the server ends the connection. */
async function sendAndWait(port: number, ...pieces: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  let heard = ''
  socket.on('data', text => {
    heard += text
  })
  socket.on('error', () => {})
  for (const piece of pieces) socket.write(piece)
  await once(socket, 'close')
  return heard
}

const post = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n'

test.each([
  ['nothing at all', []],
  ['half of the headers', ['POST / HTTP/1.1\r\nHost: x\r\n']],
  ['half of a body', [post, '{"a":']],
])('a client that sends %s is cut off, and others are not', async (_, pieces) => {
  const { port, url } = await start(async request => new Response(await request.text()))
  const [heard, other] = await Promise.all([
    sendAndWait(port, ...pieces),
    fetch(url, { method: 'POST', body: 'whole' }).then(response => response.text()),
  ])
  expect(heard).toMatch(/^(HTTP\/1\.1 408 Request Timeout\r\n.*)?$/s)
  expect(other).toBe('whole')
})

test('a body that drips is cut off when its time is up, however steadily it comes', async () => {
  const { port } = await start(async request => new Response(await request.text()))
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  socket.write(post)
  const drip = setInterval(() => socket.write('x'), 50)
  await once(socket, 'close')
  clearInterval(drip)
})

test('a body that does not come whole is refused as that, and counts as no fault of the server', async () => {
  let refused = (_: unknown): void => {}
  const thrown = new Promise<unknown>(resolve => {
    refused = resolve
  })
  const { port } = await start(async request => {
    await readBytes(request, 1_000).catch(refused)
    return new Response()
  })
  await sendAndWait(port, post, '{"a":')
  expect(problemOf(await thrown)).toMatchObject({ code: 'BODY_INCOMPLETE', status: 408 })
})

test('a body over HTTP/2 is counted while it comes, whether it says its length or not', async () => {
  const read: unknown[] = []
  const handler = async (request: Request): Promise<Response> => {
    const bytes = await readBytes(request, 1_000).catch(error => problemOf(error))
    read.push(bytes instanceof Uint8Array ? bytes.byteLength : bytes)
    return bytes instanceof Uint8Array ? new Response('read') : problemResponse(bytes as Problem, 'r')
  }
  const server = createHttp2Server(toNodeHandler({ handler })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
  onTestFinished(() => {
    session.destroy()
    server.close()
  })
  const statusOf = async (headers: Record<string, string>, bytes: number): Promise<unknown> => {
    const stream = session.request({ ':method': 'POST', ':path': '/', ...headers })
    stream.on('error', () => {})
    stream.end(Buffer.alloc(bytes))
    const [answer] = (await once(stream, 'response')) as [Record<string, unknown>]
    stream.close()
    return answer[':status']
  }
  expect(await statusOf({}, 1_000)).toBe(200)
  expect(await statusOf({}, 400_000)).toBe(413)
  expect(await statusOf({ 'content-length': '400000' }, 400_000)).toBe(413)
  expect(read).toEqual([
    1_000,
    expect.objectContaining({ code: 'BODY_TOO_LARGE' }),
    expect.objectContaining({ code: 'BODY_TOO_LARGE' }),
  ])
})

test('stopping answers what is under way, takes nothing new, and ends idle connections', async () => {
  let release = (): void => {}
  const arrived = new Promise<void>(resolve => {
    release = resolve
  })
  let finish = (_: Response): void => {}
  const answer = new Promise<Response>(resolve => {
    finish = resolve
  })
  const server = await start(async request => {
    if (new URL(request.url).pathname === '/idle') return new Response('idle')
    release()
    return answer
  })
  expect(await (await fetch(`${server.url}/idle`)).text()).toBe('idle')
  const underWay = fetch(`${server.url}/slow`)
  await arrived
  const stopped = server.stop(10_000)
  await expect(fetch(`${server.url}/idle`)).rejects.toThrow()
  finish(new Response('done'))
  const response = await underWay
  expect([await response.text(), response.headers.get('connection')]).toEqual(['done', 'close'])
  expect(await stopped).toBe(0)
})

test('stopping cuts off what is not done in the time it is given, and says so', async () => {
  let release = (): void => {}
  const arrived = new Promise<void>(resolve => {
    release = resolve
  })
  const server = await start(async () => {
    release()
    return new Promise<never>(() => {})
  })
  const underWay = fetch(server.url).catch(error => error)
  await arrived
  expect(await server.stop(10)).toBe(1)
  expect(await underWay).toBeInstanceOf(Error)
})

test('the whole path counts where Express has cut a part off', async () => {
  const heard: string[] = []
  const handle = toNodeHandler({
    handler: async request => {
      heard.push(new URL(request.url).pathname)
      return new Response()
    },
  })
  const { createServer } = await import('node:http')
  const http = createServer((incoming, outgoing) => {
    Object.assign(incoming, { originalUrl: `/badges${incoming.url}` })
    handle(incoming, outgoing)
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  await fetch(`http://127.0.0.1:${(http.address() as { port: number }).port}/v1/milestones`)
  http.close()
  expect(heard).toEqual(['/badges/v1/milestones'])
})

test('an error of a handler reaches the error handler of Express, and is a warning without one', async () => {
  const fault = new Error('Set DATABASE_URL')
  const handle = toNodeHandler({ handler: () => Promise.reject(fault) })
  const logged = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => logged.mockRestore())
  const { createServer } = await import('node:http')
  const heard: unknown[] = []
  const http = createServer((incoming, outgoing) => {
    if (incoming.url === '/alone') return handle(incoming, outgoing)
    handle(incoming, outgoing, error => {
      heard.push(error)
      outgoing.writeHead(503).end('Sorry')
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void http.close())
  await once(http, 'listening')
  const address = `http://127.0.0.1:${(http.address() as { port: number }).port}`
  const answer = await fetch(address)
  expect([answer.status, await answer.text(), heard]).toEqual([503, 'Sorry', [fault]])
  expect(logged).not.toHaveBeenCalled()
  expect((await fetch(`${address}/alone`)).status).toBe(500)
  expect(logged).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('Set DATABASE_URL'), 'MilepostWarning')
})

test('Next.js gets a handler for every method', async () => {
  const handlers = toNextHandler({ handler: async ({ method }) => new Response(method) })
  expect(Object.keys(handlers)).toEqual(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
  expect(await (await handlers.PUT(new Request('http://x/', { method: 'PUT' }))).text()).toBe('PUT')
})
