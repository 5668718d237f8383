import type { KeyTable } from '../core/values/known-keys.js'
import type { CatalogNames } from './catalog-names.js'
import { isClientError, parsed, unexpected } from './client-error.js'
import type { Settled } from './client-options.js'
import { createBlockReader, type EventBlock } from './event-blocks.js'
import { checkNames } from './known-names.js'
import { delayMs, passing, respond } from './send.js'
import { linkedAbort } from './signals.js'
import type { StreamEventOf, StreamOptions } from './stream-event.js'

/** The server shows every 15 seconds that it is alive; a connection that is silent for three times as long is dead. */
const silenceMs = 45_000
/** After so many connections in a row without an event, no server of ours answers there. */
const mostFruitless = 8

const streamOptionNames: KeyTable<StreamOptions> = {
  signal: true,
  userId: true,
  progress: true,
  lastEventId: true,
  onState: true,
}

/**
 * Yields events until the signal aborts or the loop ends. A connection that breaks is made again, after the last event.
 * @throws MilepostClientError if the server refuses, since it would refuse another try as well; `UNEXPECTED_ANSWER` if what
 * answers is, again and again, not an event stream, or ends before its first event
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
      yield* connection<C>(settled, { ...options, signal: attempt.signal }, place)
    } catch (error) {
      if (!signal?.aborted && isFinal(error, place)) throw error
    } finally {
      attempt.abort()
    }
    if (signal?.aborted) return
    onState?.('waiting')
    await settled.sleep(delayMs(place.retryMs, place.tries++, settled.random), signal).catch(() => {})
  }
}

/** Where a stream is, over all its connections. `wasOpen`: one was accepted; `fruitless`: how many in a row had no event. */
type StreamPosition = {
  last: string | undefined
  wasOpen: boolean
  tries: number
  fruitless: number
  retryMs: number | null
}

async function* connection<C extends CatalogNames>(
  settled: Settled,
  { userId, progress, signal, onState }: StreamOptions,
  place: StreamPosition,
): AsyncGenerator<StreamEventOf<C>, void, undefined> {
  const last = place.last !== undefined && { 'last-event-id': place.last }
  const headers = { accept: 'text/event-stream', ...last }
  const call = { path: '/v1/stream', query: { userId, progress }, headers, signal }
  const response = await within(settled, settled.timeoutMs, respond(settled, call))
  if (!response) return
  const body = eventsIn(response)
  let isOpen = false
  const blocks = createBlockReader()
  for await (const piece of piecesOf(body, settled)) {
    const read = blocks.read(piece)
    place.retryMs = blocks.retryMs() ?? place.retryMs
    for (const block of read) {
      // Before its first id a stream has no place to continue from: what came since the connection before may be missing.
      if (!isOpen && place.wasOpen && place.last === undefined) yield { type: 'reset', data: {}, lastEventId: '' }
      place.last = block.id ?? place.last
      const event = eventOf<C>(block, place.last ?? '')
      if (!isOpen && place.last !== undefined) onState?.('open')
      isOpen = true
      if (event) yield event
    }
    if (isOpen) place.tries = place.fruitless = 0
  }
  place.wasOpen = true
  if (!isOpen) throw unexpected('The answer is empty', { status: response.status })
}

/** Waits for work up to a limit. Returns undefined if the limit passes first. */
function within<Answer>({ sleep }: Settled, ms: number, work: Promise<Answer>): Promise<Answer | undefined> {
  const done = new AbortController()
  const late = sleep(ms, done.signal).catch(() => {}) as Promise<undefined>
  return Promise.race([work, late]).finally(() => done.abort())
}

// What answers may be the page of a proxy, or a `fetch` that cannot stream.
function eventsIn(response: Response): ReadableStream<Uint8Array> {
  const { body, status, headers } = response
  const type = headers.get('content-type')
  if (body && status === 200 && /^text\/event-stream\b/i.test(type!)) return body
  void body?.cancel().catch(() => {})
  throw unexpected(`The answer is not an event stream: ${type}`, { status })
}

/** Yields what comes, until the connection ends, breaks or falls silent. */
async function* piecesOf(body: ReadableStream<Uint8Array>, settled: Settled): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const piece = await within(settled, silenceMs, reader.read())
      if (!piece?.value) return
      yield decoder.decode(piece.value, { stream: true })
    }
  } finally {
    // It may be broken already; then there is nothing to cancel.
    void reader.cancel().catch(() => {})
  }
}

function eventOf<C extends CatalogNames>({ event, data }: EventBlock, lastEventId: string): StreamEventOf<C> | null {
  const known = /^(badge\.)?(awarded|revoked|progress|reset)$/.exec(event)
  if (data === null || !known) return null
  const value = parsed<object>(data, 200)
  return { ...(known[1] ? value : { data: value }), type: event, lastEventId } as StreamEventOf<C>
}

/**
 * Returns whether an error ends the stream. Of all refusals, only rate limits and errors of the server itself pass. An event that
 * cannot be read comes again as it is. While there is no network, or a server is down and a proxy says so, a try costs little and may
 * find it back.
 */
function isFinal(error: unknown, place: StreamPosition): boolean {
  if (!isClientError(error)) return false
  const { code, status, cause, retryAfterMs } = error
  place.retryMs = retryAfterMs ?? place.retryMs
  if (cause instanceof SyntaxError) return true
  if (status >= 400) return status < 500 && !passing.includes(status)
  return code === 'UNEXPECTED_ANSWER' && ++place.fruitless >= mostFruitless
}
