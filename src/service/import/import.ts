import type { CompiledCatalog } from '../../core/awards/compile.js'
import { badgeCategory, type NewCompletion } from '../../core/users/completion.js'
import { differingIn } from '../../core/users/differs.js'
import { type ImportMapping, mapRow } from '../../core/users/import-mapping.js'
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
import { type ImportSource, readSource, type SourceRow } from './import-source.js'
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

/** A row with a completion or badge that no earlier row of the source has. */
type Candidate = { readonly source: SourceRow; readonly completion: NewCompletion }

type Run = {
  readonly tally: Tally
  readonly mapping: ImportMapping
  /** The catalog in effect, which decides which badges exist. */
  readonly compiled: CompiledCatalog
  readonly allowsBadges: boolean
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

/** Imports rows that are read already, in the same way. `resumeAfter`: the cursor that they begin after. */
export async function importRows(
  context: ServiceContext,
  source: AsyncIterable<SourceRow>,
  mapping: ImportMapping,
  { dryRun = false, badges = false, batchSize = 1_000, resumeAfter, onProgress = () => {} }: ImportOptions,
): Promise<ImportReport> {
  const tally = newTally(resumeAfter ?? null)
  const { compiled } = await contextNow(context)
  const run = { tally, mapping, isNew: rememberingKeys(knownLimit), compiled, allowsBadges: badges }
  for await (const rows of batches(source, batchSize)) {
    const { candidates, duplicates } = candidatesIn(context, run, rows)
    const stored = candidates.length > 0 ? await storeRows(context, tally, { candidates, dryRun }) : []
    await noteDuplicates(context, tally, { inSource: duplicates, stored, candidates })
    tally.rowCount += rows.length
    tally.resumeAfter = rows.at(-1)!.cursor
    onProgress(progressOf('reading', tally))
  }
  if (!dryRun) await countAll(context, tally, onProgress)
  return reportOf(tally, dryRun)
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

type Sorted = { readonly candidates: readonly Candidate[]; readonly duplicates: readonly Candidate[] }

function candidatesIn({ catalogs, now }: ServiceContext, run: Run, rows: readonly SourceRow[]): Sorted {
  const { categories } = catalogs.own.catalog
  const { allowsBadges } = run
  const check = { now: now(), categories: categories ? new Set(categories) : undefined, allowsBadges }
  const duplicates: Candidate[] = []
  const candidates = rows.flatMap(source => {
    if (source.value === null) {
      refuse(run.tally, { ...placeOf(source), field: 'row', problem: source.problem! })
      return []
    }
    const completion = mapRow(source.value, run.mapping, check)
    if ('problem' in completion) {
      refuse(run.tally, { ...placeOf(source), ...completion })
      return []
    }
    const { category, itemKey } = completion
    if (category === badgeCategory && !isKnownBadge(run.compiled, itemKey)) noteUnknownBadge(run.tally, itemKey)
    const candidate = { source, completion }
    if (run.isNew(keyText(completion))) return [candidate]
    duplicates.push(candidate)
    return []
  })
  return { candidates, duplicates }
}

/** How many keys are remembered. Beyond that, a repeated key is found in the database. */
const knownLimit = 1_000_000

async function storeRows(
  context: ServiceContext,
  tally: Tally,
  { candidates, dryRun }: { readonly candidates: readonly Candidate[]; readonly dryRun: boolean },
): Promise<readonly Candidate[]> {
  const duplicates: Candidate[] = []
  const { newKeys, erased, tooEarly } = await (dryRun ? tryImported : storeImported)(
    context,
    candidates.map(({ completion }) => completion),
  )
  for (const candidate of candidates) {
    const { completion, source } = candidate
    if (erased.has(completion.userId)) {
      refuse(tally, { ...placeOf(source), field: 'userId', problem: 'was erased' })
    } else if (tooEarly.has(keyText(completion))) {
      const until = tooEarly.get(keyText(completion))!.toISOString()
      const problem = `is before ${until}, up to which completions of this user were folded (HISTORY_FOLDED)`
      refuse(tally, { ...placeOf(source), field: 'completedAt', problem })
    } else if (!newKeys.has(keyText(completion))) {
      duplicates.push(candidate)
    } else if (completion.category === badgeCategory) {
      tally.badgeCount += 1
    } else {
      tally.completionCount += 1
    }
  }
  return duplicates
}

type Duplicates = {
  readonly inSource: readonly Candidate[]
  readonly stored: readonly Candidate[]
  /** The first row of each key, if the key is not stored yet. */
  readonly candidates: readonly Candidate[]
}

async function noteDuplicates(
  { db, tables }: ServiceContext,
  tally: Tally,
  { inSource, stored, candidates }: Duplicates,
): Promise<void> {
  const duplicates = [...inSource, ...stored]
  tally.inSourceCount += inSource.length
  tally.storedCount += stored.length
  if (duplicates.length === 0) return
  const keys = duplicates.map(({ completion }) => completion)
  const first = await readCompletions(db, tables, keys)
  const known = new Map(candidates.map(({ completion }) => [keyText(completion), completion]))
  for (const { source, completion } of duplicates) {
    const { userId, category, itemKey } = completion
    const earlier = first.get(keyText(completion)) ?? known.get(keyText(completion))
    const differs = earlier ? differingIn(completion, { recordedAt: earlier.completedAt, ...earlier }) : []
    if (differs.length > 0) tally.differingCount += 1
    if (tally.duplicates.length === listedCount) continue
    tally.duplicates.push({ ...placeOf(source), userId, category, itemKey, ...(differs.length > 0 && { differs }) })
  }
}

// The cursor of a table is the key of the row.
function placeOf({ row, cursor }: SourceRow): { readonly row: number; readonly key?: string } {
  return cursor.startsWith('[') ? { row, key: (JSON.parse(cursor) as string[]).join(', ') } : { row }
}

/** How many users are counted at once. */
const userPageSize = 500

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
