import { lookup } from 'node:dns/promises'
import { type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { defaultPortOf, type GuardOptions, type Resolve, resolvePublic, urlFault } from './guard.js'

/** What is sent: the body to the byte. */
export type Outgoing = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

/** What came of it. `failure`: null for a success, which is any 2xx. */
export type Sent = {
  /** Null where there was no answer. */
  readonly statusCode: number | null
  readonly failure: string | null
  readonly retryAfter: string | undefined
}

/** Sends one request and never throws. */
export type Send = (outgoing: Outgoing) => Promise<Sent>

/** How requests are sent. */
export type SenderOptions = GuardOptions & {
  /** How long a try may take in all; 15,000 when left out. */
  readonly timeoutMs?: number | undefined
  /** Gives the addresses of a name; the system's resolver when left out. */
  readonly resolve?: Resolve | undefined
}

/** Of an answer only so much is read, and nothing kept. */
const answerBytes = 16_384

/** Makes a sender that goes where the guard lets it, to the address that was checked, and follows nothing. */
export function createSender(options: SenderOptions = {}): Send {
  const { timeoutMs = 15_000, resolve = resolveAll } = options
  return async ({ signal, ...outgoing }) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    const either = AbortSignal.any([signal, timeout])
    try {
      const fault = urlFault(outgoing.url, options)
      if (fault) return failed(`the address ${fault}`)
      const url = new URL(outgoing.url)
      const target = await unlessAborted(resolvePublic(url, resolve, options), either)
      if ('fault' in target) return failed(target.fault)
      return await exchange(url, target.address, { ...outgoing, signal: either })
    } catch (error) {
      return failed(timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error))
    }
  }
}

function failed(failure: string): Sent {
  return { statusCode: null, failure, retryAfter: undefined }
}

// The name in the certificate and in Host is the one that was asked for; the address is the one that was checked.
function exchange(url: URL, address: string, { headers, body, signal }: Outgoing): Promise<Sent> {
  const isHttps = url.protocol === 'https:'
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const options: RequestOptions & { servername?: string } = {
    method: 'POST',
    host: address,
    port: url.port || defaultPortOf(url),
    path: `${url.pathname}${url.search}`,
    agent: false,
    signal,
    headers: { ...headers, host: url.host, 'content-length': String(Buffer.byteLength(body)) },
    ...(isHttps && hostname !== address && { servername: hostname }),
  }
  return new Promise((resolve, reject) => {
    const request = (isHttps ? requestHttps : requestHttp)(options)
    request.on('error', reject)
    request.on('response', response => {
      const { statusCode = 0 } = response
      const isSuccess = statusCode >= 200 && statusCode < 300
      const failure = isSuccess ? null : `answered ${statusCode}`
      // The status is the answer: what becomes of the rest does not matter.
      const done = (): void => resolve({ statusCode, failure, retryAfter: response.headers['retry-after'] })
      let byteCount = 0
      response.on('data', (chunk: Buffer) => {
        byteCount += chunk.length
        if (byteCount > answerBytes) response.destroy()
      })
      response.on('error', done)
      response.on('close', done)
    })
    request.end(body)
  })
}

function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

// Codes only: messages of Node name addresses.
function reasonOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown }
  if (name === 'AbortError') return 'the worker was stopped'
  return typeof code === 'string' ? `could not be reached: ${code}` : 'could not be reached'
}

const resolveAll: Resolve = hostname => lookup(hostname, { all: true, verbatim: true })
