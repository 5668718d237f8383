/**
 * One block of an event stream, with the names of the HTML standard (9.2.6). Without `data`, a browser fires no event.
 */
export type StreamEvent = {
  readonly id?: string
  readonly event?: string
  readonly data?: string
  readonly retryMs?: number
  readonly comment?: string
}

/**
 * Writes one block of an event stream. A line break in a value starts a new line of that value, so nobody can inject
 * fields.
 */
export function eventText({ id, event, data, retryMs, comment }: StreamEvent): string {
  const lines = [
    ...(comment === undefined ? [] : linesOf(comment).map(line => `: ${line}`)),
    ...(retryMs === undefined ? [] : [`retry: ${Math.round(retryMs)}`]),
    ...(id === undefined ? [] : [`id: ${oneLine(id)}`]),
    ...(event === undefined ? [] : [`event: ${oneLine(event)}`]),
    ...(data === undefined ? [] : linesOf(data).map(line => `data: ${line}`)),
  ]
  return `${lines.join('\n')}\n\n`
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/)
}

function oneLine(text: string): string {
  return linesOf(text).join(' ')
}
