import type { RequestHandler } from '../../node/node-handler.js'
import { type ListeningServer, listen } from '../../node/node-server.js'
import { failure } from '../failure.js'

/** Listens, and tells in words where that cannot be. @throws ADDRESS_UNUSABLE */
export async function listenOrTell(
  handler: RequestHandler,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ListeningServer> {
  try {
    return await listen(handler, { host, port })
  } catch (error) {
    const why = reasons[(error as NodeJS.ErrnoException).code ?? '']
    if (why === undefined) throw error
    throw failure(
      'ADDRESS_UNUSABLE',
      `${host}:${port} cannot be listened on: ${why}.`,
      'Pass another --port or --host.',
    )
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not',
  ENOTFOUND: 'host not found',
}
