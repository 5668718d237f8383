/** One complete block of an event stream. */
export type EventBlock = { readonly event: string; readonly data: string | null; readonly id: string | null }

/** Reads an event stream from its pieces. */
export type BlockReader = {
  /** Takes the next piece of text; returns the blocks that end in it. */
  readonly read: (piece: string) => EventBlock[]
  /** How long the server asks to wait before the next connection. */
  readonly retryMs: () => number | null
}

/** Reads blocks as HTML (9.2.6) says. A block that was cut off is not returned: the reader comes again with the id before it. */
export function createBlockReader(): BlockReader {
  let rest = ''
  let retryMs: number | null = null

  const blockOf = (text: string): EventBlock | null => {
    const fields = [...text.matchAll(/(?:^|\n)([^:\n]+):? ?([^\n]*)/g)]
    const all = (wanted: string, isRead = /^/): string[] =>
      fields.flatMap(([, name, value]) => (name === wanted && isRead.test(value!) ? [value!] : []))
    const retry = all('retry', /^\d+$/).at(-1)
    retryMs = retry ? Number(retry) : retryMs
    if (fields.every(([, name]) => name === 'retry')) return null
    const data = all('data')
    return {
      event: all('event').at(-1) || 'message',
      data: data[0] === undefined ? null : data.join('\n'),
      id: all('id', /^[^\0]*$/).at(-1) ?? null,
    }
  }
  return {
    read: piece => {
      // A carriage return at the end may be half of a line end.
      const blocks = (rest + piece).replace(/\r\n|\r(?!$)/g, '\n').split('\n\n')
      rest = blocks.pop()!
      return blocks.flatMap(text => blockOf(text) ?? [])
    },
    retryMs: () => retryMs,
  }
}
