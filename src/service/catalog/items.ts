import { withLists } from '../../core/catalog/item-lists.js'
import { checkId, checkStoredId } from '../../core/users/completion.js'
import { compareCodePoints } from '../../core/values/code-points.js'
import { isMilepostError } from '../../core/values/errors.js'
import { invalid, unreadableInput } from '../../core/values/invalid.js'
import { kindOf } from '../../core/values/metadata.js'
import { finishVersion, readVersions, type StoredVersion } from '../../store/reports/catalog-versions.js'
import { type ItemListInfo, readItemLists, readListSummaries } from '../../store/reports/item-lists.js'
import { type CountingContext, compileForService, type ServiceContext } from '../context/context.js'
import { contextAt } from '../context/counting-context.js'
import { readBeyondFolds, refuseBeyondFolds } from './beyond-folds.js'
import { type ApplyOptions, type ApplyReport, countByVersion } from './count-by-version.js'
import { storeVersion, termsOf } from './new-version.js'
import { type CatalogPlan, type PlanOptions, planChange } from './plan.js'

/** Limits of lists, so that what every process keeps of them stays small. */
const listLimits = { lists: 1_000, items: 10_000, itemsInAll: 100_000 } as const

/** A list and the items that it is to have: each once, in the order of their code points. */
type Change = { readonly list: string; readonly keys: readonly string[] }

/**
 * Sets the items of a list, and counts every user again if the catalog in effect uses it. It is a version of its own, with
 * the catalog in effect. The same items again change nothing, and continue what was stopped.
 * @throws APPLY_SUPERSEDED if this list, or the policy, was changed meanwhile; HISTORY_FOLDED; INPUT_INVALID
 */
export async function setItems(
  given: ServiceContext,
  list: string,
  items: readonly string[],
  options: ApplyOptions,
): Promise<ApplyReport> {
  const change = changeOf(list, items)
  const { policy } = termsOf(options)
  let stored = await begin(given, change, options)
  for (;;) {
    if ('status' in stored) return stored
    try {
      return await countByVersion(given, stored, options)
    } catch (error) {
      // Another list was set meanwhile. Its version has these items as well, so both count the users by it.
      const later = isMilepostError(error) && error.code === 'APPLY_SUPERSEDED' ? await readLatest(given) : undefined
      if (!later || !(await hasItems(given, change, later.version))) throw error
      if (policy !== 'keep' && policy !== later.policy) throw error
      stored = later
    }
  }
}

/** Previews a change of a list. Writes nothing. @throws INPUT_INVALID */
export async function planItems(
  given: ServiceContext,
  list: string,
  items: readonly string[],
  options: PlanOptions,
): Promise<CatalogPlan> {
  const change = changeOf(list, items)
  return planChange(given, async before => compiledWith(before, change), options)
}

/** Reads the items of a list. Empty if it was never set. @throws INPUT_INVALID */
export async function readItems({ db, tables }: ServiceContext, list: string): Promise<string[]> {
  checkList(list)
  const lists = await readItemLists(db, tables, { names: [list], version: Number.MAX_SAFE_INTEGER })
  return [...(lists.get(list) ?? [])]
}

/** Lists the lists that have items, by name. */
export function listItemLists({ db, tables }: ServiceContext): Promise<ItemListInfo[]> {
  return readListSummaries(db, tables)
}

// Finds the version to continue, or stores a new one. A report if nobody has to be counted.
async function begin(
  given: ServiceContext,
  change: Change,
  options: ApplyOptions,
): Promise<StoredVersion | ApplyReport> {
  const terms = termsOf(options)
  const { list, keys: items } = change
  for (;;) {
    const latest = await readLatest(given)
    const version = latest?.version ?? 0
    const isPending = latest?.appliedAt === null
    if (await hasItems(given, change, version)) {
      if (!isPending) return uncounted(version, 'unchanged')
      if (latest?.policy === terms.policy) return latest
    }
    await checkRoom(given, change)
    const before = await contextAt(given, given.db, version)
    const compiled = compiledWith(before, change)
    if (!options.acceptFolded) refuseBeyondFolds(await readBeyondFolds(given, compiled, async () => before.compiled))
    const { own } = given.catalogs
    const { hash, definition } = latest ?? { hash: own.fingerprint, definition: own.catalog.definition }
    const stored = await storeVersion(given, { version: version + 1, hash, definition, ...terms, list, items })
    if (!stored) continue
    given.catalogs.latest = { version: stored.version, compiled, policy: terms.policy }
    if (!latest || isPending || compiled.fingerprint !== before.compiled.fingerprint) return stored
    // No milestone uses the list, so everybody is counted already.
    await finishVersion(given.db, given.tables, { version: stored.version, userCount: 0, at: given.now() })
    return uncounted(stored.version, 'applied')
  }
}

function uncounted(version: number, status: ApplyReport['status']): ApplyReport {
  return { version, status, userCount: 0, awardedCount: 0, revokedCount: 0 }
}

async function readLatest({ db, tables }: ServiceContext): Promise<StoredVersion | undefined> {
  return (await readVersions(db, tables, { limit: 1 }))[0]
}

async function hasItems({ db, tables }: ServiceContext, { list, keys }: Change, version: number): Promise<boolean> {
  const stored = (await readItemLists(db, tables, { names: [list], version })).get(list) ?? []
  return stored.length === keys.length && stored.every((key, i) => key === keys[i])
}

function compiledWith({ compiled }: CountingContext, { list, keys }: Change): CountingContext['compiled'] {
  return compileForService(withLists(compiled.catalog, new Map([[list, keys]])))
}

function changeOf(list: string, items: readonly string[]): Change {
  checkList(list)
  try {
    return { list, keys: [...new Set(readKeys(items))].sort(compareCodePoints) }
  } catch (error) {
    throw unreadableInput(error, 'items')
  }
}

function readKeys(items: readonly string[]): readonly string[] {
  if (!Array.isArray(items)) throw invalid('items', `is ${kindOf(items)}; pass a list of item keys`, items)
  const { length } = items
  if (length > listLimits.items)
    throw invalid('items', `has ${length} items, over ${listLimits.items}; divide it into several lists`)
  return Array.from(items, (key, i) => {
    checkId('itemKey', key, { field: `items[${i}]` })
    return key
  })
}

function checkList(list: string): void {
  checkStoredId('category', list, { field: 'list' })
}

async function checkRoom(given: ServiceContext, { list, keys }: Change): Promise<void> {
  const others = (await listItemLists(given)).filter(other => other.list !== list)
  const count = others.reduce((sum, { itemCount }) => sum + itemCount, keys.length)
  const { lists, itemsInAll } = listLimits
  if (keys.length === 0 || (others.length < lists && count <= itemsInAll)) return
  throw invalid(
    'list',
    `makes more than ${lists} lists, or ${itemsInAll} items in all of them; empty another one`,
    list,
  )
}
