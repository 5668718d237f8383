import { createReadStream } from 'node:fs'
import { TextDecoder } from 'node:util'
import type { ImportRow } from '../../core/users/import-mapping.js'
import { startCsv } from '../../core/values/csv.js'
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

/** Reads rows in order, starting after a cursor. @throws INPUT_INVALID if the source is not valid */
export function readSource(
  db: Session,
  source: ImportSource,
  { after, pageSize }: { readonly after: string | undefined; readonly pageSize: number },
): AsyncIterable<SourceRow> {
  checkSourceKeys(source)
  if ('table' in source) return rowsOfTable(db, source, { after, pageSize })
  const skipped = after === undefined ? 0 : Number(after)
  if (!Number.isSafeInteger(skipped) || skipped < 0)
    throw invalid('resumeAfter', 'is not a cursor of this source', after)
  if ('csv' in source) return skipping(rowsOfCsv(source.csv, source.delimiter), skipped)
  if ('ndjson' in source) return skipping(rowsOfNdjson(source.ndjson), skipped)
  if (Symbol.iterator in source || Symbol.asyncIterator in source) return skipping(rowsOfObjects(source), skipped)
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
): AsyncGenerator<SourceRow> {
  const table = await findHostTable(db, source)
  let key = after === undefined ? null : keyFrom(after, table.key.length)
  for (let row = 1; ; ) {
    const page = await readHostPage(db, table, { after: key, limit: pageSize })
    for (const { row: value, key: own } of page) {
      if (own.includes(null as never)) throw invalid('key', 'is null in a row; name columns that are not', source.table)
      yield { row, cursor: JSON.stringify(own), value }
      row += 1
    }
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

// Earlier rows are read again and skipped: with a file there is no other way.
async function* skipping(rows: AsyncIterable<Omit<SourceRow, 'cursor'>>, count: number): AsyncGenerator<SourceRow> {
  let place = 0
  for await (const row of rows) {
    place += 1
    if (place > count) yield { ...row, cursor: String(place) }
  }
}

type PlainRow = Omit<SourceRow, 'cursor'>

async function* rowsOfObjects(rows: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<PlainRow> {
  let row = 0
  for await (const value of rows) {
    row += 1
    yield objectRow(row, value)
  }
}

function objectRow(row: number, value: unknown): PlainRow {
  try {
    if (isPlainObject(value)) return { row, value }
    return { row, value: null, problem: `is ${kindOf(value)}; give plain objects` }
  } catch (error) {
    return { row, value: null, problem: unreadProblem(error) }
  }
}

async function* rowsOfCsv(text: ImportText, delimiter?: string): AsyncGenerator<PlainRow> {
  const reader = startCsv(delimiter)
  let names: readonly string[] | undefined
  const records = async function* () {
    for await (const piece of piecesOf('csv', text)) yield* reader.push(piece)
    yield* reader.end()
  }
  for await (const record of records()) {
    if (!names) names = namesIn('fields' in record ? record.fields : [])
    else yield 'fields' in record ? csvRow(names, record) : { row: record.line, value: null, problem: record.problem }
  }
}

function namesIn(fields: readonly string[]): readonly string[] {
  if (fields.length > 0 && new Set(fields).size === fields.length) return fields
  throw invalid('csv', 'does not begin with a line that names each column once')
}

function csvRow(
  names: readonly string[],
  { line: row, fields }: { line: number; fields: readonly string[] },
): PlainRow {
  if (fields.length === names.length)
    return { row, value: Object.fromEntries(names.map((name, i) => [name, fields[i]])) }
  return { row, value: null, problem: `has ${fields.length} fields, and the first line ${names.length}` }
}

/** The longest line allowed. A longer line is not valid in this format, and must not fill the memory. */
const lineLimit = 1_000_000

async function* rowsOfNdjson(text: ImportText): AsyncGenerator<PlainRow> {
  let row = 0
  for await (const line of linesOf(text)) {
    row += 1
    if (line.trim() !== '') yield ndjsonRow(row, line)
  }
}

function ndjsonRow(row: number, line: string): PlainRow {
  if (line.length > lineLimit) return { row, value: null, problem: `is over ${lineLimit} characters` }
  try {
    const value: unknown = JSON.parse(line)
    return isPlainObject(value) ? { row, value } : { row, value: null, problem: `is ${kindOf(value)}; pass an object` }
  } catch {
    return { row, value: null, problem: 'is not JSON' }
  }
}

async function* linesOf(text: ImportText): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of piecesOf('ndjson', text)) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()!
    yield* lines
    // The cut line is not valid JSON, and is reported as such.
    if (rest.length > lineLimit) rest = `${rest.slice(0, lineLimit)}…`
  }
  if (rest !== '') yield rest
}

async function* piecesOf(field: string, text: ImportText): AsyncGenerator<string> {
  const chunks = typeof text === 'string' || text instanceof URL ? createReadStream(text) : text
  if (typeof chunks?.[Symbol.asyncIterator] !== 'function')
    throw invalid(field, `is ${kindOf(text)}; pass a path or a stream`)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let isFirst = true
  for await (const chunk of chunks) {
    const piece = typeof chunk === 'string' ? chunk : decoded(field, decoder, chunk)
    yield isFirst ? piece.replace(/^\ufeff/, '') : piece
    isFirst &&= piece === ''
  }
  yield decoded(field, decoder)
}

// Bytes that are not UTF-8 would become U+FFFD, and two different ids could become the same.
function decoded(field: string, decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined })
  } catch {
    throw invalid(field, 'is not UTF-8; convert it first')
  }
}
