import type { RequestHandler } from '../../node/node-handler.js'
import { type ListeningServer, listen } from '../../node/node-server.js'
import { failure } from '../failure.js'

/** Listens on an address, and explains in words if that fails. @throws ADDRESS_UNUSABLE */
export async function listenOrTell(
  handler: RequestHandler,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ListeningServer> {
  try {
    return await listen(handler, { host, port })
  } catch (error) {
    const why = reasons[(error as NodeJS.ErrnoException).code ?? '']
    if (why === undefined) throw error
    throw failure('ADDRESS_UNUSABLE', `Cannot listen on ${host}:${port}: ${why}.`, 'Pass another --port or --host.')
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process is using it',
  EADDRNOTAVAIL: 'this machine does not have this address',
  EACCES: 'permission denied',
  ENOTFOUND: 'host not found',
}
