import { invalid } from '../../core/values/invalid.js'
import { quotedName } from '../../store/database/host-table.js'
import type { Session } from '../../store/database/session.js'
import { raw } from '../../store/database/sql.js'
import { type MappedColumns, mappedColumns } from '../../store/follow/followed-mapping.js'
import { readFollowedPage } from '../../store/follow/followed-rows.js'
import { readColumns } from '../../store/follow/followed-table.js'
import { type ImportMark, writeImported } from '../../store/follow/follows.js'
import { learnLayout } from '../../store/schema/layout.js'
import { readOpenWriters } from '../../store/users/open-writers.js'
import type { ServiceContext } from '../context/context.js'
import { untilEnded } from '../context/until-ended.js'
import { type ImportOptions, importRows } from '../import/import.js'
import type { ImportReport } from '../import/import-report.js'
import { keyFrom, type SourceRow } from '../import/import-source.js'
import { findFollow } from './find-follow.js'

/** Options of an import from a followed table. */
export type ImportFollowedOptions = Pick<ImportOptions, 'dryRun' | 'onProgress'> & {
  /** Whether to begin at the start of the table, even if an earlier import got further. */
  readonly fromStart?: boolean
}

/** Large pages, because each one may sort the whole table. */
const pageSize = 10_000

/**
 * Imports what stood in a followed table before its trigger, oldest rows first. Continues where the last import
 * stopped. @throws INPUT_INVALID if the table is not followed, or was followed in another way meanwhile
 */
export async function importFollowed(
  context: ServiceContext,
  table: string,
  { dryRun = false, fromStart = false, onProgress = () => {} }: ImportFollowedOptions,
): Promise<ImportReport> {
  const { db, tables, schema, patienceMs } = context
  const follow = await findFollow(db, { table, schema })
  if (!follow?.tableName) throw invalid('table', 'is not followed; call followTable first', table)
  const { mapping } = follow
  const name = follow.tableName
  const found = { label: follow.label, columns: await readColumns(db, name) }
  const columns = mappedColumns(found, mapping, quotedName(schema))
  const after = fromStart ? null : follow.importedAfter
  const write = (mark: ImportMark): Promise<boolean> => writeImported(db, tables, { ...follow, ...mark })
  await learnLayout(db, tables)
  // Only the coordinator of a cluster has the table, and counts of changes do not wait for imports there.
  if (mapping.deletes && !dryRun && !tables.layout.isSpread) {
    await write({ after: after ?? beforeAll, isDone: false })
    // Deletes from before do not note rows that are not stored.
    const host = { ...tables, userStandings: raw(name) }
    await untilEnded(db, host, { open: await readOpenWriters(db, host), patienceMs })
  }
  let saving = Promise.resolve(true)
  const save = (resumeAfter: string | null): void => {
    if (dryRun || resumeAfter === null) return
    saving = saving.then(() => write({ after: resumeAfter, isDone: false }))
    // It is awaited at the end. If it fails before, that must not end the process.
    saving.catch(() => {})
  }
  const importing = importRows(context, rowsOf(db, { name, columns }, after), plainMapping, {
    dryRun,
    badges: mapping.badges,
    batchSize: pageSize,
    resumeAfter: after ?? undefined,
    onProgress: progress => {
      if (progress.phase === 'reading') save(progress.resumeAfter)
      onProgress(progress)
    },
  })
  const report = await importing.finally(() => saving)
  if (!dryRun && !(await write({ after: null, isDone: true }))) throw invalid('table', followedOtherwise, table)
  return report
}

const followedOtherwise =
  'was followed with other options, or not any more, while its rows were imported; call importFollowed again'

/** A place before all rows. */
const beforeAll = JSON.stringify(['-infinity', '', '', ''])

const plainMapping = {
  userId: 'user_id',
  category: 'category',
  itemKey: 'item_key',
  completedAt: 'completed_at',
  metadata: 'metadata',
} as const

async function* rowsOf(
  db: Session,
  source: { readonly name: string; readonly columns: MappedColumns },
  after: string | null,
): AsyncGenerator<readonly SourceRow[]> {
  let place = after === null ? null : keyFrom(after, 4)
  for (let row = 1; ; row += pageSize) {
    const page = await readFollowedPage(db, source, { after: place, limit: pageSize })
    yield page.map(({ row: value, place: own }, i) => ({ row: row + i, cursor: JSON.stringify(own), value }))
    if (page.length < pageSize) return
    place = page.at(-1)!.place
  }
}
