import { defaultTutorialCategories } from '../metrics/tutorial-requirement.js'
import { cyclesAmong } from '../values/cycles.js'
import { isPlainObject, textFault } from '../values/metadata.js'
import { type CatalogFault, joinPath, shapeFaults } from '../values/shape-faults.js'
import { defaultLocale, isLocale } from '../values/text.js'
import { badgeIdParts } from './badge-id.js'
import { type BadgeReferences, badgeReferences } from './badge-references.js'
import { checkBoards } from './board-faults.js'
import { limitFaults } from './catalog-limits.js'
import { catalogShape, levelShapes, milestoneShape } from './catalog-schema.js'
import { formerlyFaults } from './formerly-faults.js'
import { labelFaults } from './label-faults.js'
import { checkMilestone } from './milestone-faults.js'
import { checkBoosts, checkPointsRules } from './points-faults.js'
import type { RequirementChecks } from './requirement-faults.js'
import { checkRetention } from './retention-faults.js'

export type { CatalogFault } from '../values/shape-faults.js'

/** Finds every fault of a catalog at once, in the order in which a reader of the file meets them. */
export function catalogFaults(json: unknown): readonly CatalogFault[] {
  const tooLarge = limitFaults(json)
  if (tooLarge.length > 0) return tooLarge
  const faults = [...shapeFaults(catalogShape, json, ''), ...textFaults(json, '', 0)]
  if (!isPlainObject(json)) return faults
  faults.push(...localeFaults(json.locale), ...labelFaults(json.labels), ...levelFaults(json.levels))
  const milestones = Array.isArray(json.milestones) ? json.milestones : []
  const checks = checksOf(json, milestones)
  if (Array.isArray(json.points)) checkPointsRules(checks, json.points)
  if (Array.isArray(json.boosts)) checkBoosts(checks, json.boosts)
  if (Array.isArray(json.retention)) checkRetention(checks, json.retention)
  const locale = typeof json.locale === 'string' ? json.locale : defaultLocale
  if (Array.isArray(json.boards)) checkBoards(checks, json.boards, locale)
  checkMilestones(checks, milestones, locale)
  const others = [...formerlyFaults(checks.references, milestones), ...circleFaults(checks.references, milestones)]
  return [...faults, ...checks.faults, ...others]
}

function checksOf(catalog: { readonly [key: string]: unknown }, milestones: readonly unknown[]): RequirementChecks {
  return {
    faults: [],
    references: badgeReferences(milestones),
    currencies: new Set(Array.isArray(catalog.currencies) ? catalog.currencies : []),
    categories: Array.isArray(catalog.categories) ? new Set(catalog.categories) : undefined,
    tutorialCategories: { ...defaultTutorialCategories, ...(catalog.tutorialCategories as object | undefined) },
    thresholdCount: thresholdCount(catalog.levels),
  }
}

function checkMilestones(checks: RequirementChecks, milestones: readonly unknown[], locale: string): void {
  const firstPlace = new Map<string, string>()
  milestones.forEach((milestone, i) => {
    const path = joinPath('milestones', i)
    const faults = shapeFaults(milestoneShape, milestone, path)
    checks.faults.push(...faults)
    const id = idOf(milestone)
    if (id !== undefined) checks.faults.push(...repeatFaults(id, path, firstPlace))
    if (isPlainObject(milestone)) checkMilestone(checks, milestone, { path, locale, isSound: faults.length === 0 })
  })
}

function repeatFaults(id: string, path: string, firstPlace: Map<string, string>): CatalogFault[] {
  const first = firstPlace.get(id)
  if (first === undefined) {
    firstPlace.set(id, path)
    return []
  }
  return [
    { path: `${path}.id`, problem: `"${id}" is already the id of ${first}`, fix: 'Give each milestone its own id.' },
  ]
}

function circleFaults({ named }: BadgeReferences, milestones: readonly unknown[]): CatalogFault[] {
  return cyclesAmong(named).map(cycle => ({
    path: placeOfName(milestones, cycle[0]!, cycle[1] ?? cycle[0]!),
    problem: `requires itself in a circle: ${[...cycle, cycle[0]].join(' → ')}`,
    fix: 'Take one of these out of a `milestones` requirement or an `after`.',
  }))
}

// Where one milestone refers to another: in its `after`, otherwise in its requirement.
function placeOfName(milestones: readonly unknown[], id: string, named: string): string {
  const place = milestones.findIndex(milestone => idOf(milestone) === id)
  const { after } = milestones[place] as { readonly after?: unknown }
  const isAfter = Array.isArray(after) && after.some(badgeId => badgeIdParts(String(badgeId)).milestoneId === named)
  return joinPath('milestones', place, isAfter ? 'after' : 'requirement')
}

function localeFaults(locale: unknown): CatalogFault[] {
  if (typeof locale !== 'string' || isLocale(locale)) return []
  return [
    { path: 'locale', problem: `"${locale}" is not a valid locale`, fix: 'Use a BCP 47 tag such as en or pt-BR.' },
  ]
}

function levelFaults(levels: unknown): CatalogFault[] {
  if (levels === undefined) return []
  if (!isPlainObject(levels) || 'every' in levels === 'thresholds' in levels) {
    return [
      { path: 'levels', problem: 'is not a level rule', fix: 'Use { every: 100 } or { thresholds: [100, 250] }.' },
    ]
  }
  const faults = shapeFaults('every' in levels ? levelShapes.every : levelShapes.thresholds, levels, 'levels')
  return faults.length > 0 || !('thresholds' in levels) ? faults : thresholdFaults(levels as ThresholdRule)
}

type ThresholdRule = { readonly thresholds: readonly number[]; readonly names?: readonly string[] }

function thresholdFaults({ thresholds, names }: ThresholdRule): CatalogFault[] {
  const faults: CatalogFault[] = []
  thresholds.forEach((threshold, i) => {
    if (i > 0 && threshold <= thresholds[i - 1]!) {
      const problem = `is ${threshold}, not above the ${thresholds[i - 1]} before it`
      faults.push({ path: joinPath('levels', 'thresholds', i), problem, fix: 'Let thresholds rise.' })
    }
  })
  if (names && names.length > thresholds.length + 1) {
    const problem = `has ${names.length} names for ${thresholds.length + 1} levels`
    faults.push({ path: 'levels.names', problem, fix: 'Give one name a level, level 1 first.' })
  }
  return faults
}

function thresholdCount(levels: unknown): number | undefined {
  return isPlainObject(levels) && Array.isArray(levels.thresholds) ? levels.thresholds.length : undefined
}

function idOf(milestone: unknown): string | undefined {
  return isPlainObject(milestone) && typeof milestone.id === 'string' ? milestone.id : undefined
}

// Badges and applied catalogs are stored, so text that Postgres cannot store must be found here, not at the first
// award.
function textFaults(value: unknown, path: string, depth: number): CatalogFault[] {
  if (typeof value === 'string') {
    const problem = textFault(value)
    return problem ? [{ path: path || 'catalog', problem, fix: 'Remove the character.' }] : []
  }
  if (depth > 40 || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, i) => textFaults(item, joinPath(path, i), depth + 1))
  return Object.entries(value).flatMap(([key, item]) => [
    ...textFaults(key, joinPath(path, key), depth + 1),
    ...textFaults(item, joinPath(path, key), depth + 1),
  ])
}
