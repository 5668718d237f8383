import type { ProxyAnswer, ProxySpec } from './delay-proxy.js'
import type { Site } from './lab.js'
import { startProgram } from './program.js'

/** A database behind a proxy that makes it distant. */
export type DistantSite = {
  readonly url: string
  /** Returns how many round trips were made to it so far. */
  readonly roundTripCount: () => Promise<number>
}

/** How long each message to a distant database takes, and each answer. */
const delayMs = 1

/** Works with a database as if it were on another machine, 1 ms away. */
export async function withDistance<Result>(
  { url }: Site,
  work: (distant: DistantSite) => Promise<Result>,
): Promise<Result> {
  const address = new URL(url)
  const spec: ProxySpec = { port: Number(address.port), delayMs }
  const proxy = await startProgram<ProxyAnswer>('./delay-proxy.ts', spec)
  address.port = String(proxy.started.port)
  try {
    return await work({ url: address.href, roundTripCount: proxy.read })
  } finally {
    await proxy.close()
  }
}
