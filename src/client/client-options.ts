import { checkNames } from './known-names.js'
import { linkedAbort } from './signals.js'

/** Where the server is, who calls, and what of the world is passed in. */
export type ClientOptions = {
  /** The address before `/v1`: `https://api.example.com`, or a path of this page's own origin such as `/api/milepost`. */
  readonly baseUrl: string
  /** A user token that the host signed, or how to get one: asked for each call, and once more where the server refuses it. */
  readonly token?: string | ((why: { readonly isRefused: boolean }) => string | Promise<string>)
  /** A server key. Never use it in a browser: anyone who sees it can award badges. */
  readonly key?: string
  /** Sent with each request, for an app whose own `authorize` reads them. */
  readonly headers?: Readonly<Record<string, string>>
  readonly fetch?: typeof globalThis.fetch
  /** How often a call is tried again where that is safe. Default: 3. */
  readonly retries?: number
  /** How long one try may take. Default: 10,000. A stream has no such end. */
  readonly timeoutMs?: number
  /** Waits; rejects where the signal aborts. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** A number from 0 to below 1, by which waits are spread. */
  readonly random?: () => number
  readonly now?: () => number
  /** Makes an `Idempotency-Key`. */
  readonly newKey?: () => string
}

/** The options with their defaults filled in. `token` and `key` stay optional. */
export type Settled = Required<Omit<ClientOptions, 'token' | 'key'>> & Pick<ClientOptions, 'token' | 'key'>

const defaults: { readonly [Name in keyof Required<ClientOptions>]: Settled[Name] } = {
  baseUrl: '',
  token: undefined,
  key: undefined,
  headers: {},
  // Browsers want `fetch` called on the window.
  fetch: (input, init) => globalThis.fetch(input, init),
  retries: 3,
  timeoutMs: 10_000,
  sleep,
  random: Math.random,
  now: Date.now,
  // Not randomUUID, which pages without HTTPS lack.
  newKey: () => crypto.getRandomValues(new Uint32Array(4)).join('-'),
}

/** Fills in the defaults. @throws TypeError if a server key is passed in a browser; INPUT_INVALID for an unknown option */
export function settle(options: ClientOptions): Settled {
  checkNames('createClient', options, defaults)
  if (options.key !== undefined && 'document' in globalThis)
    throw new TypeError('Pass `token` in a browser, not `key`.')
  return { ...defaults, ...options, baseUrl: options.baseUrl.replace(/\/+$/, '') }
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const own = linkedAbort(signal)
  await new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    own.signal.onabort = () => {
      clearTimeout(timer)
      reject(own.signal.reason)
    }
  })
  own.abort()
}
