import type { CompiledCatalog } from '../../core/awards/compile.js'
import { badgeCategory, type CompletionCheck, type NewCompletion } from '../../core/users/completion.js'
import { differingIn } from '../../core/users/differs.js'
import { type ImportMapping, mapRow, type RowFault } from '../../core/users/import-mapping.js'
import { checkWhole, invalid } from '../../core/values/invalid.js'
import { checkKnownKeys } from '../../core/values/known-keys.js'
import { kindOf } from '../../core/values/metadata.js'
import { keyText, readCompletions } from '../../store/progress/completions.js'
import { readUncounted } from '../../store/progress/standings.js'
import { awardsIn } from '../awards/announce-awards.js'
import type { ServiceContext } from '../context/context.js'
import { contextNow } from '../context/counting-context.js'
import { skippingGone } from '../context/user-erased.js'
import { isKnownBadge } from '../recount/fill-badges.js'
import { recountLocked } from '../recount/rebuild.js'
import { usersAtOnce } from '../recount/user-pages.js'
import { write } from '../recount/write.js'
import {
  type ImportProgress,
  type ImportReport,
  listedCount,
  newTally,
  noteUnknownBadge,
  refuse,
  reportOf,
  type Tally,
} from './import-report.js'
import { type ImportSource, readSource, type SourcePages, type SourceRow } from './import-source.js'
import { type RememberKey, rememberingKeys } from './recent-keys.js'
import { storeImported, tryImported } from './store-imported.js'

/** Options of an import. */
export type ImportOptions = {
  /** Whether to only report what would be imported, without writing anything. */
  readonly dryRun?: boolean
  /**
   * Whether to import rows of category `milestone_badge` as badges. Default: false, and such rows are refused, because
   * anyone who can change the source could award any badge.
   */
  readonly badges?: boolean
  /** How many rows are read and stored at once, 1 to 10,000. Default: 1,000. */
  readonly batchSize?: number
  /** The `resumeAfter` of a run that was stopped: rows up to this point are skipped. */
  readonly resumeAfter?: string | undefined
  /** Called after each batch. */
  readonly onProgress?: (progress: ImportProgress) => void
}

/** A row with a completion or badge. */
type Candidate = {
  readonly place: RowPlace
  readonly completion: NewCompletion
  readonly key: string
  /** Whether an earlier row of the source seems to have the same key. */
  readonly isRepeat: boolean
}

/** Where a row is in its source. */
type RowPlace = Pick<SourceRow, 'row' | 'cursor'>

/** Rows that are stored at once. */
type Batch = { readonly candidates: Candidate[]; rowCount: number; cursor: string | null }

type Run = {
  readonly context: ServiceContext
  readonly tally: Tally
  readonly mapping: ImportMapping
  /** The catalog in effect, which decides which badges exist. */
  readonly compiled: CompiledCatalog
  readonly allowsBadges: boolean
  readonly isDryRun: boolean
  /** Whether a key was not read so far. Remembers it. */
  readonly isNew: RememberKey
}

/**
 * Imports completions and badges with their true dates, batch by batch, and then counts their users. If it is stopped
 * at any point and run again, it continues: stored rows are duplicates, and users who are not counted yet are counted.
 * @throws INPUT_INVALID
 */
export async function importCompletions(
  context: ServiceContext,
  source: ImportSource,
  mapping: ImportMapping,
  options: ImportOptions,
): Promise<ImportReport> {
  checkMapping(mapping)
  const { batchSize = 1_000, resumeAfter } = options
  checkWhole('batchSize', batchSize, 10_000)
  const rows = readSource(context.db, source, { after: resumeAfter, pageSize: batchSize })
  return importRows(context, rows, mapping, { ...options, batchSize })
}

/**
 * Imports rows that are read already, in the same way. `resumeAfter`: the cursor that they begin after. `isNew`: how to
 * tell rows with the same key.
 */
export async function importRows(
  context: ServiceContext,
  source: SourcePages,
  mapping: ImportMapping,
  options: RowOptions,
): Promise<ImportReport> {
  const { dryRun = false, resumeAfter, onProgress = () => {} } = options
  const tally = newTally(resumeAfter ?? null)
  await readAll(context, source, { ...options, mapping, tally })
  if (!dryRun) await countAll(context, tally, onProgress)
  return reportOf(tally, dryRun)
}

type RowOptions = ImportOptions & { readonly isNew?: RememberKey }

type Reading = RowOptions & { readonly mapping: ImportMapping; readonly tally: Tally }

// The keys that are remembered end with this function, before users are counted.
async function readAll(context: ServiceContext, source: SourcePages, reading: Reading): Promise<void> {
  const { mapping, tally, dryRun = false, badges = false, batchSize = 1_000, onProgress = () => {} } = reading
  const { compiled } = await contextNow(context)
  const isNew = reading.isNew ?? rememberingKeys(knownLimit)
  const run: Run = { context, tally, mapping, isNew, compiled, allowsBadges: badges, isDryRun: dryRun }
  for await (const { candidates, rowCount, cursor } of batches(run, source, batchSize)) {
    if (candidates.length > 0) await storeRows(run, candidates)
    tally.rowCount += rowCount
    tally.resumeAfter = cursor
    onProgress(progressOf('reading', tally))
  }
}

const constantKeys = new Set(['value'])

function checkMapping(mapping: unknown): void {
  if (typeof mapping !== 'object' || mapping === null) throw invalid('mapping', `is ${kindOf(mapping)}; pass an object`)
  for (const name of ['userId', 'category', 'itemKey', 'completedAt', 'metadata']) {
    const field = (mapping as Partial<Record<string, unknown>>)[name]
    const isField =
      ['string', 'function'].includes(typeof field) || (typeof field === 'object' && field && 'value' in field)
    if (isField) checkKnownKeys(`mapping.${name}`, field, constantKeys, { within: `mapping.${name}.` })
    if (isField || (field === undefined && name === 'metadata')) continue
    throw invalid(`mapping.${name}`, `is ${kindOf(field)}; pass a column name, a function of the row, or { value }`)
  }
}

// Only what is stored of a row is kept until its batch is full.
async function* batches(run: Run, pages: SourcePages, size: number): AsyncGenerator<Batch> {
  let batch = newBatch()
  for await (const page of pages) {
    const check = checkOf(run)
    for (const row of page) {
      batch.rowCount += 1
      batch.cursor = row.cursor
      const candidate = candidateFrom(run, check, row)
      if (candidate) batch.candidates.push(candidate)
      if (batch.rowCount < size) continue
      yield batch
      batch = newBatch()
    }
  }
  if (batch.rowCount > 0) yield batch
}

function newBatch(): Batch {
  return { candidates: [], rowCount: 0, cursor: null }
}

function checkOf({ context: { catalogs, now }, allowsBadges }: Run): CompletionCheck {
  const { categories } = catalogs.own.catalog
  return { now: now(), categories: categories ? new Set(categories) : undefined, allowsBadges }
}

// Null if the row is refused.
function candidateFrom(
  { tally, mapping, compiled, isNew }: Run,
  check: CompletionCheck,
  { value, problem, row, cursor }: SourceRow,
): Candidate | null {
  const place = { row, cursor }
  if (value === null) return refused(tally, place, { field: 'row', problem: problem! })
  const completion = mapRow(value, mapping, check)
  if ('problem' in completion) return refused(tally, place, completion)
  const { category, itemKey } = completion
  if (category === badgeCategory && !isKnownBadge(compiled, itemKey)) noteUnknownBadge(tally, itemKey)
  const key = keyText(completion)
  return { place, completion, key, isRepeat: !isNew(key) }
}

function refused(tally: Tally, place: RowPlace, fault: RowFault): null {
  refuse(tally, { ...placeOf(place), ...fault })
  return null
}

/** How many keys are remembered. Beyond that, a repeated key is found in the database. */
const knownLimit = 1_000_000

async function storeRows(run: Run, candidates: readonly Candidate[]): Promise<void> {
  const { context, tally, isDryRun } = run
  // A dry run stores nothing, so the database does not know the earlier rows.
  const asked = isDryRun ? candidates.filter(({ isRepeat }) => !isRepeat) : candidates
  const { newKeys, erased, tooEarly } = await (isDryRun ? tryImported : storeImported)(
    context,
    asked.map(({ completion }) => completion),
  )
  const left = new Set(newKeys)
  const duplicates: Duplicates = { inSource: [], stored: [], firsts: candidates.filter(({ isRepeat }) => !isRepeat) }
  for (const candidate of candidates) {
    const { completion, key, isRepeat, place } = candidate
    const isNew = left.delete(key)
    const until = tooEarly.get(key)
    if (isRepeat && (!isNew || isDryRun || until)) duplicates.inSource.push(candidate)
    else if (erased.has(completion.userId)) refused(tally, place, { field: 'userId', problem: 'was erased' })
    else if (until) {
      const line = until.toISOString()
      const problem = `is before ${line}, up to which completions of this user were folded (HISTORY_FOLDED)`
      refused(tally, place, { field: 'completedAt', problem })
    } else if (!isNew) duplicates.stored.push(candidate)
    else if (completion.category === badgeCategory) tally.badgeCount += 1
    else tally.completionCount += 1
  }
  await noteDuplicates(context, tally, duplicates)
}

type Duplicates = {
  readonly inSource: Candidate[]
  readonly stored: Candidate[]
  /** The first row of each key of this batch. */
  readonly firsts: readonly Candidate[]
}

async function noteDuplicates(
  { db, tables }: ServiceContext,
  tally: Tally,
  { inSource, stored, firsts }: Duplicates,
): Promise<void> {
  const duplicates = [...inSource, ...stored]
  tally.inSourceCount += inSource.length
  tally.storedCount += stored.length
  if (duplicates.length === 0) return
  const keys = duplicates.map(({ completion }) => completion)
  const first = await readCompletions(db, tables, keys)
  const known = new Map(firsts.map(({ key, completion }) => [key, completion]))
  for (const { place, completion, key } of duplicates) {
    const { userId, category, itemKey } = completion
    const earlier = first.get(key) ?? known.get(key)
    const differs = earlier ? differingIn(completion, { recordedAt: earlier.completedAt, ...earlier }) : []
    if (differs.length > 0) tally.differingCount += 1
    if (tally.duplicates.length === listedCount) continue
    tally.duplicates.push({ ...placeOf(place), userId, category, itemKey, ...(differs.length > 0 && { differs }) })
  }
}

// The cursor of a table is the key of the row.
function placeOf({ row, cursor }: RowPlace): { readonly row: number; readonly key?: string } {
  return cursor.startsWith('[') ? { row, key: (JSON.parse(cursor) as string[]).join(', ') } : { row }
}

/** How many users are counted at once. More take more memory, fewer take more time. */
const userPageSize = 200

// Also counts users left over by an import that was stopped.
async function countAll(
  context: ServiceContext,
  tally: Tally,
  onProgress: (progress: ImportProgress) => void,
): Promise<void> {
  const limit = usersAtOnce(context.tables, userPageSize)
  for (let after = ''; ; ) {
    const page = await readUncounted(context.db, context.tables, { after, limit })
    if (page.length === 0) return
    const awarded = await skippingGone(page, userIds =>
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
