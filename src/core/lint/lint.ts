import { type Catalog, type CatalogDefinition, parseCatalog } from '../catalog/catalog.js'
import { catalogFaults } from '../catalog/catalog-faults.js'
import { listNamesIn, withLists } from '../catalog/item-lists.js'
import type { ItemLists } from '../metrics/item-list.js'
import { isPlainObject } from '../values/metadata.js'
import { joinPath } from '../values/shape-faults.js'
import { boardWarnings } from './boards.js'
import { boostWarnings } from './boosts.js'
import { farmingWarnings } from './farming.js'
import { freezeWarnings } from './freezes.js'
import { goalsOf } from './goal.js'
import { limitWarnings } from './limits.js'
import { listWarnings } from './lists.js'
import { pointsWarnings } from './points.js'
import { reachWarnings } from './reach.js'
import { retentionWarnings } from './retention.js'
import type { CatalogWarning } from './warning.js'
import { windowWarnings } from './windows.js'

/**
 * Finds what the author of a catalog probably did not intend: targets that cannot be reached, windows that contradict
 * each other, rewards that can be collected without limit. The warnings are in the order of the catalog. If a catalog
 * has faults, such as cycles of `after`, only these are returned. The current time is not used, so windows that are
 * already over are not reported.
 * `catalog`: a checked catalog, or its definition as data. `lists`: the item keys of the lists that your app keeps, by name.
 * Without them, lists are not checked.
 * @example
 * for (const { path, problem, fix } of lintCatalog(catalog)) console.warn(`${path}: ${problem}. ${fix}`)
 */
export function lintCatalog(
  catalog: unknown,
  { lists }: { readonly lists?: Readonly<Record<string, readonly string[]>> } = {},
): readonly CatalogWarning[] {
  const definition = isPlainObject(catalog) && isPlainObject(catalog.definition) ? catalog.definition : catalog
  const faults = catalogFaults(definition)
  if (faults.length > 0) return faults.map(fault => ({ kind: 'fault', ...fault }))
  const parsed = parseCatalog(definition)
  const checked = lists ? withLists(parsed, knownLists(parsed, lists)) : parsed
  const goals = goalsOf(checked)
  const warnings = [
    ...reachWarnings(checked, goals),
    ...listWarnings(checked, goals, Object.keys(lists ?? {})),
    ...windowWarnings(checked, goals),
    ...freezeWarnings(goals),
    ...limitWarnings(goals),
    ...farmingWarnings(checked, goals),
    ...pointsWarnings(checked),
    ...boostWarnings(checked),
    ...retentionWarnings(checked),
    ...boardWarnings(checked),
  ]
  return inReadersOrder(checked.definition, eachOnce(warnings))
}

// A list that does not exist has no items.
function knownLists(catalog: Catalog, lists: Readonly<Record<string, readonly string[]>>): ItemLists {
  return new Map(listNamesIn(catalog).map(name => [name, Object.hasOwn(lists, name) ? lists[name]! : []]))
}

// Tiers share the warnings about their requirement.
function eachOnce(warnings: readonly CatalogWarning[]): readonly CatalogWarning[] {
  return [...new Map(warnings.map(warning => [`${warning.path}: ${warning.problem}`, warning])).values()]
}

function inReadersOrder(definition: CatalogDefinition, warnings: readonly CatalogWarning[]): readonly CatalogWarning[] {
  const places = new Map(pathsBelow(definition, '').map((path, place) => [path, place]))
  return [...warnings].sort((a, b) => places.get(a.path)! - places.get(b.path)!)
}

function pathsBelow(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path]
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [path, ...entries.flatMap(([key, item]) => pathsBelow(item, joinPath(path, key)))]
}
