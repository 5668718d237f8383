import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

type Behaviour = (socket: Socket) => void

/** What receivers do that do not answer as they should; each gets the socket once a request has begun to come. */
export const hostileReceivers = {
  'switches protocols': socket => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nframes')
  },
  'switches protocols and hangs up': socket => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
  },
  'answers 101 without saying to what': socket => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
  },
  'never answers': () => {},
  'stops reading': socket => {
    socket.pause()
  },
  'half closes': socket => {
    socket.end()
  },
  'half closes after half of the headers': socket => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Le')
  },
  'says to go on for ever': socket => {
    drip(socket, 'HTTP/1.1 100 Continue\r\n\r\n')
  },
  'writes headers for ever': socket => {
    socket.write('HTTP/1.1 200 OK\r\n')
    drip(socket, 'X-More: more\r\n')
  },
  'resets at once': socket => {
    socket.resetAndDestroy()
  },
  'resets within the headers': socket => {
    socket.write('HTTP/1.1 200 OK\r\nX-More: ', () => socket.resetAndDestroy())
  },
  'speaks another protocol': socket => {
    socket.write('SSH-2.0-OpenSSH_9.6\r\n')
  },
  'answers with a huge header': socket => {
    socket.write(`HTTP/1.1 200 OK\r\nX-Huge: ${'x'.repeat(100_000)}\r\n\r\n`)
  },
} satisfies Readonly<Record<string, Behaviour>>

/** What receivers do that answer, and then do not come to an end. */
export const endlessAnswers = {
  'writes its answer for ever': socket => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    drip(socket, '1\r\nx\r\n')
  },
  'never ends its answer': socket => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab')
  },
  'resets within its answer': socket => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab', () => socket.resetAndDestroy())
  },
} satisfies Readonly<Record<string, Behaviour>>

function drip(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 1)
  socket.once('close', () => clearInterval(timer))
}

/** Opens such a receiver on a port of this machine, until the test ends. */
export async function openHostileReceiver(behave: Behaviour): Promise<{ readonly port: number; readonly url: string }> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    open.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => behave(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}/hook` }
}
