import type { CatalogNames } from './catalog-names.js'
import { isClientError } from './client-error.js'
import type { Settled } from './client-options.js'
import { createBlockReader, type EventBlock } from './event-blocks.js'
import { type Call, delayMs, respond } from './send.js'
import type { StreamEventOf, StreamOptions } from './stream-event.js'

/** The server shows every 15 seconds that it is alive; a connection that is silent for three times as long is dead. */
const silenceMs = 45_000

/**
 * Yields events until the signal aborts or the loop is left. A connection that breaks is made again, after the last event.
 * @throws MilepostClientError where the server refuses: then another try would be refused as well
 */
export async function* openStream<C extends CatalogNames>(
  settled: Settled,
  options: StreamOptions,
): AsyncGenerator<StreamEventOf<C>, void, undefined> {
  const { signal, onState } = options
  const place: Place = { last: options.lastEventId, wasOpen: false, tries: 0, retryMs: null }
  while (!signal?.aborted) {
    const attempt = new AbortController()
    const stop = (): void => attempt.abort()
    signal?.addEventListener('abort', stop)
    try {
      yield* connection<C>(settled, options, { place, attempt })
    } catch (error) {
      if (!signal?.aborted && isFinal(error)) throw error
      if (isClientError(error)) place.retryMs = error.retryAfterMs ?? place.retryMs
    } finally {
      signal?.removeEventListener('abort', stop)
      attempt.abort()
    }
    if (signal?.aborted) return
    onState?.('waiting')
    const ms = delayMs({ retryAfterMs: place.retryMs }, place.tries++, settled.random)
    await settled.sleep(ms, signal).catch(() => {})
  }
}

/** Where a stream is, over all its connections. */
type Place = { last: string | undefined; wasOpen: boolean; tries: number; retryMs: number | null }
type Attempt = { readonly place: Place; readonly attempt: AbortController }

async function* connection<C extends CatalogNames>(
  settled: Settled,
  { userId, progress, onState }: StreamOptions,
  { place, attempt }: Attempt,
): AsyncGenerator<StreamEventOf<C>, void, undefined> {
  const response = await connect(settled, { userId, progress: progress || undefined }, { place, attempt })
  place.tries = 0
  // Before its first id a connection has no place to go on from: what came since the one before may be missing.
  if (place.wasOpen && place.last === undefined) yield { type: 'reset', data: {}, lastEventId: '' }
  place.wasOpen = true
  let isOpen = place.last !== undefined
  if (isOpen) onState?.('open')
  const blocks = createBlockReader()
  for await (const piece of piecesOf(response, settled)) {
    for (const block of blocks.read(piece)) {
      place.last = block.id ?? place.last
      if (!isOpen && place.last !== undefined) {
        isOpen = true
        onState?.('open')
      }
      const event = eventOf<C>(block, place.last ?? '')
      if (event) yield event
    }
    place.retryMs = blocks.retryMs() ?? place.retryMs
  }
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

/** Yields what comes, until the connection ends, breaks or falls silent. */
async function* piecesOf(response: Response, { sleep }: Settled): AsyncGenerator<string, void, undefined> {
  const reader = response.body!.getReader()
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
  if (data === null) return null
  const value = JSON.parse(data)
  if (event === 'progress' || event === 'reset') return { type: event, data: value, lastEventId }
  return event === 'badge.awarded' || event === 'badge.revoked' ? { ...value, type: event, lastEventId } : null
}

// Of what the server refuses, only too many calls and its own faults pass.
function isFinal(error: unknown): boolean {
  return isClientError(error) ? error.status >= 400 && error.status < 500 && ![408, 429].includes(error.status) : false
}
