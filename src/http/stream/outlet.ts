import { eventText, type StreamEvent } from './event-text.js'

/** Where the events of a stream leave for its reader. */
export type Outlet = {
  readonly body: ReadableStream<Uint8Array>
  readonly ended: Promise<void>
  readonly write: (event: StreamEvent) => void
  /** Waits until the reader has taken the waiting data, or the stream is over. */
  readonly room: () => Promise<void>
  readonly close: () => void
  /** Disconnects a reader who does not keep up. */
  readonly drop: () => void
  /** The id written last. */
  readonly lastId: () => string | undefined
  readonly isOver: () => boolean
  readonly isLive: () => boolean
  /** From now on, a reader who does not keep up is disconnected. */
  readonly setLive: () => void
}

/** Makes an outlet. Writing never waits: a reader who does not keep up is disconnected, and reconnects with the last id. */
export function createOutlet(queueBytes: number): Outlet {
  const encoder = new TextEncoder()
  let isOver = false
  let isLive = false
  let lastId: string | undefined
  let wake = (): void => {}
  let settle = (): void => {}
  const ended = new Promise<void>(resolve => {
    settle = resolve
  })
  const over = (): void => {
    isOver = true
    wake()
    settle()
  }
  const { body, controller } = createBody(queueBytes, { pull: () => wake(), cancel: over })
  const drop = (): void => {
    if (isOver) return
    controller.error(new Error('The reader was too slow.'))
    over()
  }
  return {
    body,
    ended,
    write: event => {
      if (isOver) return
      lastId = event.id ?? lastId
      controller.enqueue(encoder.encode(eventText(event)))
      if (isLive && controller.desiredSize! <= 0) drop()
    },
    room: async () => {
      while (!isOver && controller.desiredSize! <= 0) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
    close: () => {
      if (isOver) return
      controller.close()
      over()
    },
    drop,
    lastId: () => lastId,
    isOver: () => isOver,
    isLive: () => isLive,
    setLive: () => {
      isLive = true
    },
  }
}

function createBody(
  queueBytes: number,
  events: { readonly pull: () => void; readonly cancel: () => void },
): { readonly body: ReadableStream<Uint8Array>; readonly controller: ReadableStreamDefaultController<Uint8Array> } {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const start = (own: ReadableStreamDefaultController<Uint8Array>): void => {
    controller = own
  }
  const size = (chunk: Uint8Array): number => chunk.byteLength
  const body = new ReadableStream<Uint8Array>({ start, ...events }, { highWaterMark: queueBytes, size })
  // The constructor calls `start` before it returns.
  return { body, controller: controller! }
}
