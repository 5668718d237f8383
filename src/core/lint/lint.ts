import { type CatalogDefinition, parseCatalog } from '../catalog/catalog.js'
import { catalogFaults } from '../catalog/catalog-faults.js'
import { isPlainObject } from '../values/metadata.js'
import { joinPath } from '../values/shape-faults.js'
import { farmingWarnings } from './farming.js'
import { goalsOf } from './goal.js'
import { reachWarnings } from './reach.js'
import type { CatalogWarning } from './warning.js'
import { windowWarnings } from './windows.js'

/**
 * Finds what the author of a catalog hardly means: targets out of reach, windows that contradict each other, rewards that can
 * be collected without end. In the order in which a reader meets them. A catalog with faults, such as circles of `after`, has
 * these only. Reads no clock: what is over by now is not found.
 *
 * `catalog`: one that is checked, or its definition as data.
 * @example
 * for (const { path, problem, fix } of lintCatalog(catalog)) console.warn(`${path}: ${problem}. ${fix}`)
 */
export function lintCatalog(catalog: unknown): readonly CatalogWarning[] {
  const definition = isPlainObject(catalog) && isPlainObject(catalog.definition) ? catalog.definition : catalog
  const faults = catalogFaults(definition)
  if (faults.length > 0) return faults.map(fault => ({ kind: 'fault', ...fault }))
  const checked = parseCatalog(definition)
  const goals = goalsOf(checked)
  const warnings = [...reachWarnings(checked, goals), ...windowWarnings(goals), ...farmingWarnings(checked, goals)]
  return inReadersOrder(checked.definition, eachOnce(warnings))
}

// Tiers share what is wrong with their requirement.
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
