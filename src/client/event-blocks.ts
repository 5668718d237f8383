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
    const all = (wanted: string): string[] => fields.flatMap(([, name, value]) => (name === wanted ? [value!] : []))
    retryMs =
      all('retry')
        .filter(ms => /^\d+$/.test(ms))
        .map(Number)
        .at(-1) ?? retryMs
    if (fields.every(([, name]) => name === 'retry')) return null
    const data = all('data')
    return {
      event: all('event').at(-1) || 'message',
      data: data.length > 0 ? data.join('\n') : null,
      id:
        all('id')
          .filter(id => !id.includes('\0'))
          .at(-1) ?? null,
    }
  }
  return {
    read: piece => {
      // A carriage return at the end may be half of a line end.
      const blocks = (rest + piece).replace(/\r\n|\r(?!$)/g, '\n').split('\n\n')
      rest = blocks.pop()!
      return blocks.map(blockOf).filter(block => block !== null)
    },
    retryMs: () => retryMs,
  }
}
