import type { OperationId } from '../contract/operations.js'
import { problemBody, problemOf } from '../problem/problem.js'
import type { Call } from './calls.js'

/** Reports the progress of long work. */
export type Progressing = {
  readonly tell: (progress: object) => void
  /** @throws TypeError after the client has left */
  readonly requireReader: () => void
}

/** Returns whether a request asks for events instead of one answer. */
export function wantsEvents(request: Request): boolean {
  return /(?:^|[\s,])text\/event-stream\b/i.test(request.headers.get('accept') ?? '')
}

/** Answers long work with events: `progress` events, then one `result` or `problem`. */
export function asEvents(
  { requestId }: Pick<Call<OperationId>, 'requestId'>,
  work: (progressing: Progressing) => Promise<unknown>,
): Response {
  const encoder = new TextEncoder()
  let isRead = true
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      const send = (event: string, data: unknown): void => {
        if (isRead) controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
      }
      const requireReader = (): void => {
        if (!isRead) throw new TypeError('the reader of the progress disconnected')
      }
      work({ tell: progress => send('progress', progress), requireReader })
        .then(result => send('result', result))
        .catch(error => send('problem', problemBody(problemOf(error), requestId)))
        .finally(() => isRead && controller.close())
    },
    cancel: () => {
      isRead = false
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
}
