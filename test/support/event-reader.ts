/** An event of a stream, as a browser would fire it. */
export type ReadEvent = { readonly event: string; readonly data: string; readonly id: string }

/** Reads an event stream as browsers do (HTML, 9.2.6), and keeps the last id. */
export type EventReader = {
  /**
   * Waits for the next event; null at the end of the stream. @throws where a change of a user is missing or came twice, and where
   * nothing came through so many signs of life that it never will
   */
  readonly next: () => Promise<ReadEvent | null>
  /** Waits for so many events. @throws where the stream ends before */
  readonly take: (count: number) => Promise<ReadEvent[]>
  /** Waits for the next block, whether a browser would fire an event for it or not; null at the end. */
  readonly block: () => Promise<string | null>
  readonly lastEventId: () => string
  readonly retryMs: () => number | undefined
  readonly cancel: () => Promise<void>
}

/** Signs of life after which an event that is waited for is lost. */
const longestSilence = 150

/** After how many signs of life to ask whether events are held back. */
const askedEvery = 10

/**
 * Reads the body of an answer. `isHeldBack`: tells whether the feed waits for transactions of the whole server, also those of other
 * test files. An event is not lost meanwhile.
 */
export function readEvents(response: Response, isHeldBack = async (): Promise<boolean> => false): EventReader {
  const sequences = new Map<string, number>()
  const requireNext = (data: string): void => {
    const { userId, sequence } = (JSON.parse(data) as { readonly data?: Change }).data ?? {}
    if (userId === undefined || sequence === undefined) return
    const before = sequences.get(userId) ?? sequence - 1
    if (sequence !== before + 1) throw new Error(`The stream went from ${before} to ${sequence} of ${userId}.`)
    sequences.set(userId, sequence)
  }
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let lastEventId = ''
  let retryMs: number | undefined
  const block = async (): Promise<string | null> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const found = text.slice(0, end)
        text = text.slice(end + 2)
        lastEventId = fieldOf(found, 'id') ?? lastEventId
        const retry = fieldOf(found, 'retry')
        if (retry !== undefined) retryMs = Number(retry)
        return found
      }
      const { done, value } = await reader.read()
      if (done) return null
      text += value
    }
  }
  const next = async (): Promise<ReadEvent | null> => {
    let beatCount = 0
    for (let found = await block(); found !== null; found = await block()) {
      const data = fieldOf(found, 'data')
      if (data !== undefined) {
        requireNext(data)
        return { event: fieldOf(found, 'event') ?? 'message', data, id: lastEventId }
      }
      if (!found.startsWith(': alive')) continue
      beatCount += 1
      if (beatCount % askedEvery === 0 && (await isHeldBack())) beatCount = 0
      if (beatCount > longestSilence) throw new Error(`The stream was alive ${longestSilence} times, and told nothing.`)
    }
    return null
  }
  return {
    next,
    block,
    take: async count => {
      const events: ReadEvent[] = []
      while (events.length < count) {
        const event = await next()
        if (!event) throw new Error(`The stream ended after ${events.length} of ${count} events.`)
        events.push(event)
      }
      return events
    },
    lastEventId: () => lastEventId,
    retryMs: () => retryMs,
    cancel: () => reader.cancel(),
  }
}

type Change = { readonly userId?: string; readonly sequence?: number }

function fieldOf(block: string, name: string): string | undefined {
  const lines = block.split('\n').filter(line => line.startsWith(`${name}: `))
  return lines.length > 0 ? lines.map(line => line.slice(name.length + 2)).join('\n') : undefined
}
