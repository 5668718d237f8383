import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * Where the next cut comes: at a COMMIT, at a COMMIT or a call that records (`end`), or at the n-th message of the client from now on;
 * before the server receives it or after it answered.
 */
export type Cut = { readonly at: 'commit' | 'end' | number; readonly when: 'before' | 'after' }

/** A network between a driver and its server that can break. */
export type CuttingProxy = {
  /** The database's address through the proxy. */
  readonly url: string
  /** Arms one cut of whichever connection comes to it first, or disarms. */
  readonly arm: (cut: Cut | null) => void
  /** Whether the armed cut has happened. */
  readonly hasCut: () => boolean
  /** Breaks all connections; new ones are refused until `open`. */
  readonly shut: () => Promise<void>
  readonly open: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts a proxy to a database. Every connection passes until a cut is armed. */
export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let cut: Cut | null = null
  let messageCount = 0
  const server = createServer(client => {
    const isCommit = commitDetector()
    const isCall = callDetector()
    const isNext = (message: Buffer): boolean => {
      messageCount += 1
      const isAtCommit = isCommit(message)
      const isAtCall = isCall(message)
      if (cut?.at === 'end') return isAtCommit || isAtCall
      return cut?.at === 'commit' ? isAtCommit : cut?.at === messageCount
    }
    const upstream = connect(Number(target.port), target.hostname)
    const breakBoth = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', breakBoth).on('close', () => {
        sockets.delete(socket)
        breakBoth()
      })
    }
    let isAnswerLost = false
    client.on('data', message => {
      const now = isNext(message) ? cut!.when : null
      if (now) cut = null
      if (now === 'before') return breakBoth()
      if (now === 'after') isAnswerLost = true
      upstream.write(message)
    })
    // The server has done what it was told when it answers: the answer is what is lost.
    upstream.on('data', answer => (isAnswerLost ? breakBoth() : client.write(answer)))
  })
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const shut = async (): Promise<void> => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  }
  await listen(0)

  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  let armed: Cut | null = null
  return {
    url: url.href,
    arm: next => {
      armed = next
      cut = next
      messageCount = 0
    },
    hasCut: () => armed !== null && cut === null,
    shut,
    open: () => listen(Number(url.port)),
    close: async () => {
      if (server.listening) await shut()
    },
  }
}

/** Tells whether a message of one connection is a COMMIT: as text, or, once a driver has prepared it, by the name it got. */
function commitDetector(): (message: Buffer) => boolean {
  let preparedAs: string | undefined
  return message => {
    const text = message.toString('latin1')
    preparedAs ??= /([^\0]+)\0commit\0/i.exec(text.slice(5))?.[1]
    return /(^|\0)Q?.{0,4}commit\0/is.test(text) || (preparedAs !== undefined && text.includes(`\0${preparedAs}\0`))
  }
}

/** Tells whether a message of one connection is a call that records: by its text, or by the name it was prepared with. */
function callDetector(): (message: Buffer) => boolean {
  let preparedAs: string | undefined
  return message => {
    const text = message.toString('latin1')
    preparedAs ??= /([^\0]+)\0select "milepost"."record_3"/i.exec(text.slice(5))?.[1]
    return text.includes('"record_3"') || (preparedAs !== undefined && text.includes(`\0${preparedAs}\0`))
  }
}
