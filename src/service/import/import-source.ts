import { createReadStream } from 'node:fs'
import { TextDecoder } from 'node:util'
import type { ImportRow } from '../../core/users/import-mapping.js'
import { type CsvRecord, startCsv } from '../../core/values/csv.js'
import { invalid, unreadProblem } from '../../core/values/invalid.js'
import { checkKnownKeys } from '../../core/values/known-keys.js'
import { isPlainObject, kindOf } from '../../core/values/metadata.js'
import { findHostTable, readHostPage } from '../../store/database/host-table.js'
import type { Session } from '../../store/database/session.js'

/** A path to a file, or the content itself as a stream, in UTF-8. */
export type ImportText = string | URL | AsyncIterable<string | Uint8Array>

/** Where the rows come from. */
export type ImportSource =
  | {
      /** A table or view of the same database, as `name` or `schema.name`. */
      readonly table: string
      /**
       * Columns that are never null and together differ in every row. Rows are read in their order. Default: the
       * primary key. If several rows have the same key in Milepost, the first one read is imported.
       */
      readonly key?: readonly string[]
    }
  /** RFC 4180. The first line has the names of the columns. */
  | { readonly csv: ImportText; readonly delimiter?: string }
  /** One JSON object per line. */
  | { readonly ndjson: ImportText }
  | Iterable<ImportRow>
  | AsyncIterable<ImportRow>

/** A row of a source, or why it could not be read. */
export type SourceRow = {
  /** Its line in a file, otherwise its position, from 1. */
  readonly row: number
  /** Where to continue after it. */
  readonly cursor: string
  readonly value: ImportRow | null
  readonly problem?: string
}

/** Rows of a source, as many at once as were read at once. */
export type SourcePages = AsyncIterable<readonly SourceRow[]>

/** Reads rows in order, starting after a cursor. @throws INPUT_INVALID if the source is not valid */
export function readSource(
  db: Session,
  source: ImportSource,
  { after, pageSize }: { readonly after: string | undefined; readonly pageSize: number },
): SourcePages {
  checkSourceKeys(source)
  if ('table' in source) return rowsOfTable(db, source, { after, pageSize })
  const skipped = after === undefined ? 0 : Number(after)
  if (!Number.isSafeInteger(skipped) || skipped < 0)
    throw invalid('resumeAfter', 'is not a cursor of this source', after)
  if ('csv' in source) return skipping(rowsOfCsv(source.csv, source.delimiter), skipped)
  if ('ndjson' in source) return skipping(rowsOfNdjson(source.ndjson), skipped)
  if (Symbol.iterator in source || Symbol.asyncIterator in source)
    return skipping(rowsOfObjects(source, pageSize), skipped)
  throw invalid('source', `is ${kindOf(source)}; give { table }, { csv }, { ndjson } or rows`)
}

const keysBySource = Object.entries({
  table: new Set(['table', 'key']),
  csv: new Set(['csv', 'delimiter']),
  ndjson: new Set(['ndjson']),
})

function checkSourceKeys(source: ImportSource): void {
  const [name, keys] = keysBySource.find(([kind]) => kind in source) ?? []
  if (keys) checkKnownKeys(`a source of ${name}`, source, keys, { within: 'source.' })
}

async function* rowsOfTable(
  db: Session,
  source: { readonly table: string; readonly key?: readonly string[] },
  { after, pageSize }: { readonly after: string | undefined; readonly pageSize: number },
): AsyncGenerator<readonly SourceRow[]> {
  const table = await findHostTable(db, source)
  let key = after === undefined ? null : keyFrom(after, table.key.length)
  for (let row = 1; ; row += pageSize) {
    const page = await readHostPage(db, table, { after: key, limit: pageSize })
    yield page.map(({ row: value, key: own }, i) => {
      if (own.includes(null as never)) throw invalid('key', 'is null in a row; name columns that are not', source.table)
      return { row: row + i, cursor: JSON.stringify(own), value }
    })
    if (page.length < pageSize) return
    key = page.at(-1)!.key
  }
}

/** Reads the key of a row from a cursor. @throws INPUT_INVALID */
export function keyFrom(cursor: string, length: number): readonly string[] {
  try {
    const key: unknown = JSON.parse(cursor)
    if (Array.isArray(key) && key.length === length && key.every(part => typeof part === 'string')) return key
  } catch {
    // Reported below, like a cursor with a wrong form.
  }
  throw invalid('resumeAfter', 'is not a cursor of this source', cursor)
}

type PlainRow = Omit<SourceRow, 'cursor'>

// Earlier rows are read again and skipped: with a file there is no other way.
async function* skipping(
  pages: AsyncIterable<readonly PlainRow[]>,
  count: number,
): AsyncGenerator<readonly SourceRow[]> {
  let place = 0
  for await (const rows of pages) {
    const known = Math.max(0, count - place)
    const placed = rows.map(row => {
      place += 1
      return Object.assign(row, { cursor: String(place) })
    })
    yield known === 0 ? placed : placed.slice(known)
  }
}

async function* rowsOfObjects(
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  pageSize: number,
): AsyncGenerator<readonly PlainRow[]> {
  let row = 0
  let page: PlainRow[] = []
  for await (const value of rows) {
    row += 1
    page.push(objectRow(row, value))
    if (page.length < pageSize) continue
    yield page
    page = []
  }
  yield page
}

function objectRow(row: number, value: unknown): PlainRow {
  try {
    if (isPlainObject(value)) return { row, value }
    return { row, value: null, problem: `is ${kindOf(value)}; give plain objects` }
  } catch (error) {
    return { row, value: null, problem: unreadProblem(error) }
  }
}

async function* rowsOfCsv(text: ImportText, delimiter?: string): AsyncGenerator<readonly PlainRow[]> {
  const reader = startCsv(delimiter)
  let names: readonly string[] | undefined
  const rowsIn = (records: readonly CsvRecord[]): readonly PlainRow[] => {
    const [head, ...others] = records
    if (names || !head) return records.map(record => csvRow(names!, record))
    names = namesIn('fields' in head ? head.fields : [])
    return others.map(record => csvRow(names!, record))
  }
  for await (const piece of piecesOf('csv', text)) yield rowsIn(reader.push(piece))
  yield rowsIn(reader.end())
}

function namesIn(fields: readonly string[]): readonly string[] {
  if (fields.length > 0 && new Set(fields).size === fields.length) return fields
  throw invalid('csv', 'does not begin with a line that names each column once')
}

function csvRow(names: readonly string[], record: CsvRecord): PlainRow {
  const { line: row } = record
  if ('problem' in record) return { row, value: null, problem: record.problem }
  const { fields } = record
  if (fields.length === names.length) return { row, value: objectOf(names, fields) }
  return { row, value: null, problem: `has ${fields.length} fields, and the first line ${names.length}` }
}

function objectOf(names: readonly string[], fields: readonly string[]): ImportRow {
  // Assigning this name would set the prototype.
  if (names.includes('__proto__')) return Object.fromEntries(names.map((name, i) => [name, fields[i]]))
  const row: Record<string, string> = {}
  for (let i = 0; i < names.length; i++) row[names[i]!] = fields[i]!
  return row
}

/** The longest line allowed. A longer line is not valid in this format, and must not fill the memory. */
const lineLimit = 1_000_000

async function* rowsOfNdjson(text: ImportText): AsyncGenerator<readonly PlainRow[]> {
  let row = 0
  for await (const lines of linesOf(text)) {
    const first = row + 1
    row += lines.length
    yield lines.flatMap((line, i) => (line.trim() === '' ? [] : [ndjsonRow(first + i, line)]))
  }
}

function ndjsonRow(row: number, line: string): PlainRow {
  if (line.length > lineLimit) return { row, value: null, problem: `is over ${lineLimit} characters` }
  try {
    const value: unknown = JSON.parse(line)
    if (isPlainObject(value)) return { row, value }
    return { row, value: null, problem: `is ${kindOf(value)}; pass an object` }
  } catch {
    return { row, value: null, problem: 'is not JSON' }
  }
}

async function* linesOf(text: ImportText): AsyncGenerator<readonly string[]> {
  let rest = ''
  for await (const piece of piecesOf('ndjson', text)) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()!
    yield lines
    // The cut line is not valid JSON, and is reported as such.
    if (rest.length > lineLimit) rest = `${rest.slice(0, lineLimit)}…`
  }
  if (rest !== '') yield [rest]
}

/** How many bytes of a file are read at once: of a larger piece, many rows would wait for their turn. */
const pieceSize = 16_384

async function* piecesOf(field: string, text: ImportText): AsyncGenerator<string> {
  const chunks =
    typeof text === 'string' || text instanceof URL ? createReadStream(text, { highWaterMark: pieceSize }) : text
  if (typeof chunks?.[Symbol.asyncIterator] !== 'function')
    throw invalid(field, `is ${kindOf(text)}; pass a path or a stream`)
  const decode = startDecoding(field)
  let isFirst = true
  for await (const chunk of chunks) {
    const piece = typeof chunk === 'string' ? chunk : decode(chunk)
    yield isFirst ? piece.replace(/^\ufeff/, '') : piece
    isFirst &&= piece === ''
  }
  yield decode()
}

// Bytes that are not UTF-8 would become U+FFFD, and two different ids could become the same.
function startDecoding(field: string): (chunk?: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let mayBeCut = false
  return chunk => {
    // The decoder takes two bytes for each character, and so would everything that is cut out of its text.
    if (chunk && !mayBeCut && isAscii(chunk))
      return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
    mayBeCut = chunk !== undefined && chunk.at(-1)! >= 0x80
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw invalid(field, 'is not UTF-8; convert it first')
    }
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) return false
  return true
}
