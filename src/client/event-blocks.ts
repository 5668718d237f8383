/** One block of an event stream that has ended, or what a block says of the next connection. */
export type EventBlock = { readonly event: string; readonly data: string | null; readonly id: string | null }

/** Reads an event stream from its pieces. */
export type BlockReader = {
  /** Takes the next piece of text; gives the blocks that end in it. */
  readonly read: (piece: string) => EventBlock[]
  /** How long the server asks to wait before the next connection. */
  readonly retryMs: () => number | null
}

/** Reads blocks as HTML (9.2.6) says. A block that was cut off is not given: the reader comes again with the id before it. */
export function createBlockReader(): BlockReader {
  let rest = ''
  let fields: [name: string, value: string][] = []
  let retryMs: number | null = null

  const line = (text: string): EventBlock | null => {
    if (text === '') return ended()
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(text)!
    if (name === 'retry' && /^\d+$/.test(value)) retryMs = Number(value)
    else if (name !== '') fields.push([name, value])
    return null
  }
  const ended = (): EventBlock | null => {
    const given = fields
    fields = []
    if (given.length === 0) return null
    const all = (wanted: string): string[] => given.filter(([name]) => name === wanted).map(([, value]) => value)
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
      const text = rest + piece
      // A carriage return at the end may be half of a line end.
      const end = text.endsWith('\r') ? text.length - 1 : text.length
      const lines = text.slice(0, end).split(/\r\n|\r|\n/)
      rest = lines.pop()! + text.slice(end)
      return lines.map(line).filter(block => block !== null)
    },
    retryMs: () => retryMs,
  }
}
