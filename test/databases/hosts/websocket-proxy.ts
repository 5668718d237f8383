import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { WebSocketServer } from 'ws'

/** A proxy such as Neon's: passes what arrives over a WebSocket on to a Postgres, and back. */
export type WebSocketProxy = { readonly address: string; readonly close: () => Promise<void> }

/** Starts a proxy to the server that `url` points to. */
export async function startWebSocketProxy(url: string): Promise<WebSocketProxy> {
  const { hostname, port } = new URL(url)
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  server.on('connection', socket => {
    const postgres = connect({ host: hostname, port: Number(port || 5432) })
    socket.on('message', (data: Buffer) => postgres.write(data))
    postgres.on('data', data => socket.send(data))
    socket.on('close', () => postgres.destroy())
    postgres.on('close', () => socket.close())
    postgres.on('error', () => socket.close())
  })
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}
