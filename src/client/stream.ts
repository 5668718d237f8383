import type { KeyTable } from '../core/values/known-keys.js'
import type { CatalogNames } from './catalog-names.js'
import { clientError, isClientError, type MilepostClientError } from './client-error.js'
import type { Settled } from './client-options.js'
import { createBlockReader, type EventBlock } from './event-blocks.js'
import { checkNames } from './known-names.js'
import { type Call, delayMs, respond } from './send.js'
import { type LinkedAbort, linkedAbort } from './signals.js'
import type { StreamEventOf, StreamOptions } from './stream-event.js'

/** The server shows every 15 seconds that it is alive; a connection that is silent for three times as long is dead. */
const silenceMs = 45_000
/** So many connections in a row that brought nothing: no server of ours answers there. */
const mostFruitless = 8

const streamOptionNames: KeyTable<StreamOptions> = {
  userId: true,
  progress: true,
  lastEventId: true,
  signal: true,
  onState: true,
}

/**
 * Yields events until the signal aborts or the loop is left. A connection that breaks is made again, after the last event.
 * @throws MilepostClientError where the server refuses, since another try would be refused as well; `UNEXPECTED_ANSWER` when
 * what answers, again and again, is no event stream or ends before it says anything
 */
export async function* openStream<C extends CatalogNames>(
  settled: Settled,
  options: StreamOptions,
): AsyncGenerator<StreamEventOf<C>, void, undefined> {
  checkNames('stream', options, streamOptionNames)
  const { signal, onState } = options
  const place: StreamPosition = { last: options.lastEventId, wasOpen: false, tries: 0, fruitless: 0, retryMs: null }
  while (!signal?.aborted) {
    const attempt = linkedAbort(signal)
    try {
      yield* connection<C>(settled, options, { place, attempt })
    } catch (error) {
      if (signal?.aborted) return
      if (isFinal(error) || isHopeless(error, place)) throw error
      if (isClientError(error)) place.retryMs = error.retryAfterMs ?? place.retryMs
    } finally {
      attempt.unlink()
      attempt.abort()
    }
    if (signal?.aborted) return
    onState?.('waiting')
    const ms = delayMs({ retryAfterMs: place.retryMs }, place.tries++, settled.random)
    await settled.sleep(ms, signal).catch(() => {})
  }
}

/** Where a stream is, over all its connections. `wasOpen`: one was accepted; `fruitless`: how many in a row brought nothing. */
type StreamPosition = {
  last: string | undefined
  wasOpen: boolean
  tries: number
  fruitless: number
  retryMs: number | null
}
type Attempt = { readonly place: StreamPosition; readonly attempt: LinkedAbort }

async function* connection<C extends CatalogNames>(
  settled: Settled,
  { userId, progress, onState }: StreamOptions,
  { place, attempt }: Attempt,
): AsyncGenerator<StreamEventOf<C>, void, undefined> {
  const response = await connect(settled, { userId, progress: progress || undefined }, { place, attempt })
  const body = eventsIn(response)
  let isOpen = false
  const blocks = createBlockReader()
  for await (const piece of piecesOf(body, settled)) {
    const read = blocks.read(piece)
    place.retryMs = blocks.retryMs() ?? place.retryMs
    for (const block of read) {
      // Before its first id a stream has no place to go on from: what came since the connection before may be missing.
      if (!isOpen && place.wasOpen && place.last === undefined) yield { type: 'reset', data: {}, lastEventId: '' }
      const event = eventOf<C>(block, block.id ?? place.last ?? '')
      place.last = block.id ?? place.last
      if (!isOpen && place.last !== undefined) onState?.('open')
      isOpen = true
      if (event) yield event
    }
    if (isOpen) Object.assign(place, { tries: 0, fruitless: 0 })
  }
  place.wasOpen = true
  if (!isOpen) throw unexpected('The stream ended before it said anything', response)
}

async function connect(settled: Settled, query: Call['query'], { place, attempt }: Attempt): Promise<Response> {
  const answered = new AbortController()
  settled.sleep(settled.timeoutMs, answered.signal).then(
    () => attempt.abort(),
    () => {},
  )
  const last = place.last !== undefined && { 'last-event-id': place.last }
  const call = { path: '/v1/stream', query, headers: { accept: 'text/event-stream', ...last }, signal: attempt.signal }
  return respond(settled, call).finally(() => answered.abort())
}

// What answers may be a proxy's page, or a `fetch` that cannot stream.
function eventsIn(response: Response): ReadableStream<Uint8Array> {
  const type = response.headers.get('content-type') ?? ''
  const { body } = response
  if (body && response.status === 200 && /^text\/event-stream\b/i.test(type)) return body
  void body?.cancel().catch(() => {})
  throw unexpected(body ? `The answer is not an event stream but "${type}"` : 'The answer has no body', response)
}

function unexpected(message: string, { status }: Response): MilepostClientError {
  return clientError('UNEXPECTED_ANSWER', message, { status })
}

/** Yields what comes, until the connection ends, breaks or falls silent. */
async function* piecesOf(
  body: ReadableStream<Uint8Array>,
  { sleep }: Settled,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const heard = new AbortController()
      const silence = sleep(silenceMs, heard.signal).then(
        () => silent,
        () => silent,
      )
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() => heard.abort())
      if (done) return
      yield decoder.decode(value, { stream: true })
    }
  } finally {
    // It may be broken already; then there is nothing to cancel.
    void reader.cancel().catch(() => {})
  }
}

const silent = { done: true, value: undefined } as const

function eventOf<C extends CatalogNames>({ event, data }: EventBlock, lastEventId: string): StreamEventOf<C> | null {
  if (data === null || !known.includes(event)) return null
  const value = jsonIn(data)
  if (event === 'progress' || event === 'reset') return { type: event, data: value, lastEventId }
  return { ...(value as object), type: event, lastEventId } as StreamEventOf<C>
}

const known = ['badge.awarded', 'badge.revoked', 'progress', 'reset']

function jsonIn(data: string): never {
  try {
    return JSON.parse(data) as never
  } catch (cause) {
    throw clientError('UNEXPECTED_ANSWER', 'An event of the stream is not JSON', { status: 200, cause })
  }
}

// Of what the server refuses, only too many calls and its own faults pass. An event that cannot be read comes again as it is.
function isFinal(error: unknown): boolean {
  if (!isClientError(error)) return false
  const { status, cause } = error
  return cause instanceof SyntaxError || (status >= 400 && status < 500 && ![408, 429].includes(status))
}

// While there is no network, or a server is down and a proxy says so, a try costs little and may find it back.
function isHopeless(error: unknown, place: StreamPosition): boolean {
  if (!isClientError(error) || error.code !== 'UNEXPECTED_ANSWER' || error.status >= 400) return false
  place.fruitless += 1
  return place.fruitless >= mostFruitless
}
