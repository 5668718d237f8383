import { createHash } from 'node:crypto'
import { badgeCategory, invalid, type NewCompletion } from '../core/completion.js'
import { type ImportMapping, mapRow } from '../core/import-mapping.js'
import { checkKnownKeys } from '../core/known-keys.js'
import { kindOf } from '../core/metadata.js'
import { keyText } from '../store/completions.js'
import { readUncounted } from '../store/standings.js'
import { awardsIn } from './announce-awards.js'
import type { ServiceContext } from './context.js'
import {
  type ImportProgress,
  type ImportReport,
  newTally,
  noteDouble,
  refuse,
  reportOf,
  type Tally,
} from './import-report.js'
import { type ImportSource, readSource, type SourceRow } from './import-source.js'
import { recountLocked } from './rebuild.js'
import { storeImported, tryImported } from './store-imported.js'
import { skippingErased } from './user-erased.js'
import { write } from './write.js'

/** How to import. */
export type ImportOptions = {
  /** Whether only to tell what would come in; then nothing is written. */
  readonly dryRun?: boolean
  /** Rows read and stored at once, 1 to 10,000; 1,000 when left out. */
  readonly batchSize?: number
  /** The `resumeAfter` of a run that was stopped: rows up to there are left out. */
  readonly resumeAfter?: string | undefined
  /** Hears after each batch. */
  readonly onProgress?: (progress: ImportProgress) => void
}

/** A row that holds a completion or badge which no earlier row of the source has. */
type Candidate = { readonly source: SourceRow; readonly completion: NewCompletion }

type Run = {
  readonly tally: Tally
  readonly mapping: ImportMapping
  /** Digests of keys that were read. */
  readonly known: Set<string>
}

/**
 * Brings completions and badges in from elsewhere, with their true dates, batch by batch, and then counts the users whom they are of.
 * Stopped at any point and run again, it goes on: what is stored is double, and whom nobody counted yet is counted.
 * @throws INPUT_INVALID
 */
export async function importCompletions(
  context: ServiceContext,
  source: ImportSource,
  mapping: ImportMapping,
  { dryRun = false, batchSize = 1_000, resumeAfter, onProgress = () => {} }: ImportOptions,
): Promise<ImportReport> {
  checkMapping(mapping)
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 10_000)
    throw invalid('batchSize', 'must be a whole number from 1 to 10000')
  const tally = newTally(resumeAfter ?? null)
  const run = { tally, mapping, known: new Set<string>() }
  for await (const rows of batches(
    readSource(context.db, source, { after: resumeAfter, pageSize: batchSize }),
    batchSize,
  )) {
    const candidates = candidatesIn(context, run, rows)
    if (candidates.length > 0) await bringIn(context, tally, { candidates, dryRun })
    tally.rowCount += rows.length
    tally.resumeAfter = rows.at(-1)!.cursor
    onProgress(progressOf('reading', tally))
  }
  if (!dryRun) await countAll(context, tally, onProgress)
  return reportOf(tally, dryRun)
}

const constantKeys = new Set(['value'])

function checkMapping(mapping: unknown): void {
  if (typeof mapping !== 'object' || mapping === null) throw invalid('mapping', `is ${kindOf(mapping)}; give an object`)
  for (const name of ['userId', 'category', 'itemKey', 'completedAt', 'metadata']) {
    const field = (mapping as Partial<Record<string, unknown>>)[name]
    const isField =
      ['string', 'function'].includes(typeof field) || (typeof field === 'object' && field && 'value' in field)
    if (isField) checkKnownKeys(`mapping.${name}`, field, constantKeys, { within: `mapping.${name}.` })
    if (isField || (field === undefined && name === 'metadata')) continue
    throw invalid(
      `mapping.${name}`,
      `is ${kindOf(field)}; give the name of a column, a function of the row or { value }`,
    )
  }
}

async function* batches(rows: AsyncIterable<SourceRow>, size: number): AsyncGenerator<readonly SourceRow[]> {
  let batch: SourceRow[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function candidatesIn({ compiled, now }: ServiceContext, run: Run, rows: readonly SourceRow[]): readonly Candidate[] {
  const { categories } = compiled.catalog
  const check = { now: now(), categories: categories ? new Set(categories) : undefined }
  return rows.flatMap(source => {
    if (source.value === null) {
      refuse(run.tally, { ...placeOf(source), field: 'row', problem: source.problem! })
      return []
    }
    const completion = mapRow(source.value, run.mapping, check)
    if ('problem' in completion) {
      refuse(run.tally, { ...placeOf(source), ...completion })
      return []
    }
    const candidate = { source, completion }
    if (isNew(run.known, completion)) return [candidate]
    noteDouble(run.tally, 'inSourceCount', doubleOf(candidate))
    return []
  })
}

/** How many keys are kept in mind: beyond that, a key that comes again is found where it is stored. */
const knownLimit = 1_000_000

function isNew(known: Set<string>, completion: NewCompletion): boolean {
  const digest = createHash('sha256').update(keyText(completion)).digest('base64').slice(0, 22)
  if (known.has(digest)) return false
  if (known.size >= knownLimit) known.delete(known.values().next().value!)
  known.add(digest)
  return true
}

async function bringIn(
  context: ServiceContext,
  tally: Tally,
  { candidates, dryRun }: { readonly candidates: readonly Candidate[]; readonly dryRun: boolean },
): Promise<void> {
  const { newKeys, erased } = await (dryRun ? tryImported : storeImported)(
    context,
    candidates.map(({ completion }) => completion),
  )
  for (const candidate of candidates) {
    const { completion, source } = candidate
    if (erased.has(completion.userId)) {
      refuse(tally, { ...placeOf(source), field: 'userId', problem: 'was erased' })
    } else if (!newKeys.has(keyText(completion))) {
      noteDouble(tally, 'storedCount', doubleOf(candidate))
    } else if (completion.category === badgeCategory) {
      tally.badgeCount += 1
    } else {
      tally.completionCount += 1
    }
  }
}

function doubleOf({ source, completion: { userId, category, itemKey } }: Candidate) {
  return { ...placeOf(source), userId, category, itemKey }
}

// The cursor of a table is the key of the row.
function placeOf({ row, cursor }: SourceRow): { readonly row: number; readonly key?: string } {
  return cursor.startsWith('[') ? { row, key: (JSON.parse(cursor) as string[]).join(', ') } : { row }
}

/** How many users are counted at once. */
const userPageSize = 500

// Also those whom an import that was stopped has left.
async function countAll(
  context: ServiceContext,
  tally: Tally,
  onProgress: (progress: ImportProgress) => void,
): Promise<void> {
  for (let after = ''; ; ) {
    const page = await readUncounted(context.db, context.tables, { after, limit: userPageSize })
    if (page.length === 0) return
    const awarded = await skippingErased(page, userIds =>
      write(context, {}, tx => recountLocked(context, tx, userIds, { isSilent: true })),
    )
    tally.userCount += awarded.size
    tally.awardedCount += awardsIn(awarded).length
    onProgress(progressOf('counting', tally))
    after = page.at(-1)!
  }
}

function progressOf(phase: ImportProgress['phase'], { rowCount, userCount, resumeAfter }: Tally): ImportProgress {
  return { phase, rowCount, userCount, resumeAfter }
}
