import { lookup } from 'node:dns/promises'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { type GuardOptions, type HostResolver, portOf, resolvePublic, urlFault } from './guard.js'

/** One attempt to deliver a webhook. The body is sent byte for byte. */
export type WebhookRequest = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

/** The result. `failure`: null for a success, which is any 2xx. */
export type SendResult = {
  /** Null if there was no answer. */
  readonly statusCode: number | null
  readonly failure: string | null
  readonly retryAfter: string | undefined
}

/** Sends one request and never throws. */
export type WebhookSender = (request: WebhookRequest) => Promise<SendResult>

/** How to send requests. */
export type WebhookSenderOptions = GuardOptions & {
  /** How long an attempt can take in total. Default: 15,000. */
  readonly timeoutMs?: number | undefined
  /** Returns the addresses of a host name. Default: the system's resolver. */
  readonly resolve?: HostResolver | undefined
}

/** The maximum that is read of an answer. Nothing is kept. */
const answerBytes = 16_384
const answerMs = 1_000

/** Makes a sender. It connects only to addresses that the guard has checked, and follows no redirects. */
export function createSender(options: WebhookSenderOptions = {}): WebhookSender {
  const { timeoutMs = 15_000, resolve = resolveAll } = options
  return async ({ signal, ...request }) => {
    const deadline = createDeadline(signal, timeoutMs)
    try {
      const fault = urlFault(request.url, options)
      if (fault) return failed(`the address ${fault}`)
      const url = new URL(request.url)
      const target = await deadline.limit(resolvePublic(url, resolve, options))
      if ('fault' in target) return failed(target.fault)
      return await deadline.limit(exchange(url, target.address, { ...request, signal: deadline.signal }))
    } catch (error) {
      return failed(deadline.isOver() ? `no answer within ${timeoutMs} ms` : reasonOf(error))
    } finally {
      deadline.clear()
    }
  }
}

type Deadline = {
  readonly signal: AbortSignal
  /** Waits for work until the deadline at most, even if the work ignores the signal. */
  readonly limit: <Result>(work: Promise<Result>) => Promise<Result>
  readonly isOver: () => boolean
  readonly clear: () => void
}

// Uses its own timer, because combined signals may be garbage-collected before they fire.
function createDeadline(outer: AbortSignal, timeoutMs: number): Deadline {
  const own = new AbortController()
  let isOver = false
  const stop = (): void => own.abort()
  const timer = setTimeout(() => {
    isOver = true
    own.abort()
  }, timeoutMs)
  outer.addEventListener('abort', stop, { once: true })
  if (outer.aborted) stop()
  return {
    signal: own.signal,
    limit: work => unlessAborted(work, own.signal),
    isOver: () => isOver,
    clear: () => {
      clearTimeout(timer)
      outer.removeEventListener('abort', stop)
    },
  }
}

function failed(failure: string): SendResult {
  return { statusCode: null, failure, retryAfter: undefined }
}

// The certificate and the Host header use the requested name; the connection uses the checked address.
function exchange(url: URL, address: string, { headers, body, signal }: WebhookRequest): Promise<SendResult> {
  const isHttps = url.protocol === 'https:'
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const options: RequestOptions & { servername?: string } = {
    method: 'POST',
    host: address,
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    agent: false,
    signal,
    headers: { ...headers, host: url.host, 'content-length': String(Buffer.byteLength(body)) },
    ...(isHttps && hostname !== address && { servername: hostname }),
  }
  return new Promise((resolve, reject) => {
    const request = (isHttps ? requestHttps : requestHttp)(options)
    request.on('error', reject)
    // A receiver that switches protocols gets nothing more, and has not answered.
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ statusCode: response.statusCode ?? null, failure: 'switched protocols', retryAfter: undefined })
    })
    const unanswered = (): void => reject(new Error('closed without an answer'))
    request.on('close', unanswered)
    request.on('response', response => {
      request.off('error', reject).off('close', unanswered)
      const done = resolvingAtEnd(response, resolve)
      request.on('error', done).on('close', done)
    })
    request.end(body)
  })
}

function resolvingAtEnd(response: IncomingMessage, resolve: (sent: SendResult) => void): () => void {
  const { statusCode = 0 } = response
  const isSuccess = statusCode >= 200 && statusCode < 300
  const failure = isSuccess ? null : `answered ${statusCode}`
  const timer = setTimeout(() => response.destroy(), answerMs)
  // The status is the answer. The rest does not matter.
  const done = (): void => {
    clearTimeout(timer)
    resolve({ statusCode, failure, retryAfter: response.headers['retry-after'] })
  }
  let byteCount = 0
  response.on('data', (chunk: Buffer) => {
    byteCount += chunk.length
    if (byteCount > answerBytes) response.destroy()
  })
  response.on('error', done)
  response.on('close', done)
  return done
}

function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    // An answer that arrives at the same moment still counts, because the work is notified of the end first.
    const end = (): void => void setImmediate(() => reject(signal.reason))
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    work.then(resolve, reject)
  })
}

// Codes only, because Node's messages contain addresses.
function reasonOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown }
  if (name === 'AbortError') return 'the worker was stopped'
  return typeof code === 'string' ? `could not be reached: ${code}` : 'could not be reached'
}

const resolveAll: HostResolver = hostname => lookup(hostname, { all: true, verbatim: true })
