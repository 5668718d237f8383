/** A record of a CSV file with the line where it starts, or why it is not valid. */
export type CsvRecord = { readonly line: number } & (
  | { readonly fields: readonly string[] }
  | { readonly problem: string }
)

/** Reads a CSV file piece by piece. */
export type CsvReader = {
  /** Takes the next piece and returns the records completed by it. */
  readonly push: (text: string) => readonly CsvRecord[]
  /** Returns the last record, if the file does not end with a line break. */
  readonly end: () => readonly CsvRecord[]
}

/**
 * The longest record. If one is longer, a quote was probably not closed, and the rest of the file must not be kept in
 * memory.
 */
const recordLimit = 1_000_000

/**
 * Starts reading CSV (RFC 4180) with any kind of line break. Blank lines are skipped. An invalid record is returned
 * with its problem, and reading continues with the next line.
 */
export function startCsv(delimiter = ','): CsvReader {
  const state = newState(delimiter)
  // Text without a meaning in CSV is taken in one piece.
  const pieces = new RegExp(`[^${delimiter.replace(/[\\\]^-]/g, '\\$&')}"\r\n]+|[^]`, 'gu')
  return {
    push: text => {
      for (const piece of text.match(pieces) ?? []) take(state, piece)
      return taken(state)
    },
    end: () => {
      if (state.place === 'quoted') state.problem ??= 'has a quote that is not closed'
      endRecord(state)
      return taken(state)
    },
  }
}

type CsvState = 'field start' | 'plain' | 'quoted' | 'after quote'

type State = {
  readonly delimiter: string
  place: CsvState
  /** The current line, and the line where the record started. */
  line: number
  startLine: number
  field: string
  fields: string[]
  length: number
  problem: string | undefined
  wasReturn: boolean
  records: CsvRecord[]
}

function newState(delimiter: string): State {
  const empty = { place: 'field start', line: 1, startLine: 1, field: '', length: 0 } as const
  return { ...empty, delimiter, fields: [], problem: undefined, wasReturn: false, records: [] }
}

function taken(state: State): readonly CsvRecord[] {
  const { records } = state
  state.records = []
  return records
}

function take(state: State, piece: string): void {
  const isSecondHalf = piece === '\n' && state.wasReturn
  state.wasReturn = piece === '\r'
  const isBreak = piece === '\n' || piece === '\r'
  if (isBreak && !isSecondHalf) state.line += 1
  if (state.place === 'quoted') takeQuoted(state, piece)
  else if (isSecondHalf) return
  else if (isBreak) endRecord(state)
  else takePlain(state, piece)
  if (isBreak && state.place !== 'quoted') return
  state.length += piece.length
  if (state.length > recordLimit) giveUp(state)
}

// Keeps nothing more of this record: the rest of its line is skipped.
function giveUp(state: State): void {
  state.problem ??= `is over ${recordLimit} characters; is a quote not closed?`
  state.field = ''
  state.fields = []
  state.place = 'plain'
}

function takeQuoted(state: State, piece: string): void {
  if (piece === '"') state.place = 'after quote'
  else grow(state, piece)
}

function takePlain(state: State, piece: string): void {
  if (piece === state.delimiter) endField(state)
  else if (piece === '"') takeQuote(state)
  else {
    if (state.place === 'after quote') state.problem ??= 'has text after a closing quote'
    state.place = 'plain'
    grow(state, piece)
  }
}

function takeQuote(state: State): void {
  if (state.place === 'plain') state.problem ??= 'has a quote inside a field that begins without one'
  // Two quotes in a quoted field mean one quote.
  else if (state.place === 'after quote') grow(state, '"')
  if (state.place !== 'plain') state.place = 'quoted'
}

function grow(state: State, piece: string): void {
  if (state.problem === undefined) state.field += piece
}

function endField(state: State): void {
  if (state.problem === undefined) state.fields.push(state.field)
  state.field = ''
  state.place = 'field start'
}

function endRecord(state: State): void {
  const isBlank = state.fields.length === 0 && state.field === '' && state.place === 'field start'
  endField(state)
  const { startLine: line, fields, problem } = state
  if (!isBlank || problem !== undefined)
    state.records.push(problem === undefined ? { line, fields } : { line, problem })
  state.fields = []
  state.length = 0
  state.problem = undefined
  state.startLine = state.line
}
