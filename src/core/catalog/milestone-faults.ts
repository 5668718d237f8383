import { isKindName, kindNames, metricKinds } from '../metrics/kinds.js'
import { parseDuration } from '../time/duration.js'
import { parseLasting } from '../time/lasting.js'
import { isPlainObject } from '../values/metadata.js'
import { type CatalogFault, joinPath, shapeFaults } from '../values/shape-faults.js'
import { isLocale } from '../values/text.js'
import { refer, uncheckedKeyOf } from './badge-references.js'
import { repeatLimit, tierShape } from './catalog-schema.js'
import { checkCurrency } from './points-faults.js'
import { checkRequirement, type RequirementChecks } from './requirement-faults.js'
import { windowFaults } from './window-faults.js'

type Unchecked = { readonly [key: string]: unknown }
/** `isSound`: whether the milestone has the right shape. */
type MilestonePath = { readonly path: string; readonly locale: string; readonly isSound: boolean }

/** Checks what the shape of a milestone cannot express, and adds faults to `checks.faults`. */
export function checkMilestone(checks: RequirementChecks, milestone: Unchecked, place: MilestonePath): void {
  const { path, locale, isSound } = place
  checkMilestoneRequirement(checks, milestone, path)
  if (!isSound) return
  checks.faults.push(
    ...textsFaults(milestone, path, locale),
    ...windowFaults(milestone.available, joinPath(path, 'available')),
    ...repeatableFaults(milestone, path),
    ...availableFaults(milestone, path),
    ...expiryFaults(milestone, path),
    ...limitFaults(milestone, path),
  )
  checkCoins(checks, milestone.reward, joinPath(path, 'reward'))
  if (Array.isArray(milestone.tiers))
    milestone.tiers.forEach((tier, i) => {
      if (isPlainObject(tier)) checkCoins(checks, tier.reward, joinPath(path, 'tiers', i, 'reward'))
    })
  const after = (milestone.after ?? []) as readonly string[]
  after.forEach((id, i) => {
    const fault = refer(checks.references, String(milestone.id), id)
    if (fault) checks.faults.push({ path: joinPath(path, 'after', i), ...fault })
  })
}

function checkCoins(checks: RequirementChecks, reward: unknown, path: string): void {
  if (!isPlainObject(reward) || !isPlainObject(reward.coins)) return
  for (const currency of Object.keys(reward.coins)) checkCurrency(checks, currency, joinPath(path, 'coins', currency))
}

const typesWithTarget: readonly string[] = [...kindNames, 'points', 'level', 'milestones', 'some']
const typesOnAwards = ['points', 'level', 'milestones']

function checkMilestoneRequirement(checks: RequirementChecks, milestone: Unchecked, path: string): void {
  const { id, requirement, tiers } = milestone
  const place = { path: joinPath(path, 'requirement'), depth: 1, milestone: typeof id === 'string' ? id : undefined }
  if (!Array.isArray(tiers) || !isPlainObject(requirement)) {
    checkRequirement(checks, requirement, place)
    return
  }
  const { type, target } = requirement
  if (target !== undefined) {
    const fix = 'Take the target out: each tier has its own.'
    checks.faults.push({ path: joinPath(place.path, 'target'), problem: 'cannot be combined with tiers', fix })
  }
  if (!typesWithTarget.includes(String(type))) {
    const fix = `Use one of: ${typesWithTarget.join(', ')}.`
    checks.faults.push({ path: joinPath(place.path, 'type'), problem: `"${type}" has no target for tiers to set`, fix })
    return
  }
  checkTiers(checks, { requirement, tiers, place })
}

type Tiers = {
  readonly requirement: Unchecked
  readonly tiers: readonly unknown[]
  readonly place: { readonly path: string; readonly depth: number; readonly milestone: string | undefined }
}

// Each tier's target is checked as if it were in the requirement. Other faults of the requirement are reported once.
function checkTiers(checks: RequirementChecks, { requirement, tiers, place }: Tiers): void {
  const tiersPath = joinPath(place.path.replace(/\.requirement$/, ''), 'tiers')
  const targets = tiers.map(tier => (isPlainObject(tier) ? tier.target : tier))
  const direction = isKindName(requirement.type) ? metricKinds[requirement.type].direction : 'rising'
  checks.faults.push(...tierShapeFaults(tiers, tiersPath), ...tierKeyFaults(tiers, tiersPath))
  targets.forEach((target, i) => {
    const own: RequirementChecks = { ...checks, faults: [] }
    checkRequirement(own, { ...requirement, target }, place)
    const targetPath = joinPath(place.path, 'target')
    const path = isPlainObject(tiers[i]) ? joinPath(tiersPath, i, 'target') : joinPath(tiersPath, i)
    for (const fault of own.faults) {
      if (fault.path === targetPath) checks.faults.push({ ...fault, path })
      else if (i === 0) checks.faults.push(fault)
    }
    const before = targets[i - 1]
    if (typeof target !== 'number' || typeof before !== 'number') return
    if (direction === 'rising' && target <= before)
      checks.faults.push({ path, problem: `is ${target}, not above the ${before} before it`, fix: 'Let tiers rise.' })
    if (direction === 'falling' && target >= before)
      checks.faults.push({ path, problem: `is ${target}, not below the ${before} before it`, fix: 'Let tiers fall.' })
  })
}

function tierShapeFaults(tiers: readonly unknown[], path: string): CatalogFault[] {
  return tiers.flatMap((tier, i) => (isPlainObject(tier) ? shapeFaults(tierShape, tier, joinPath(path, i)) : []))
}

function tierKeyFaults(tiers: readonly unknown[], path: string): CatalogFault[] {
  const firstPlace = new Map<string, number>()
  return tiers.flatMap((tier, i): CatalogFault[] => {
    const [key] = uncheckedKeyOf(tier)
    if (key === undefined) return []
    const first = firstPlace.get(key)
    const hasOwn = isPlainObject(tier) && tier.key !== undefined
    const place = hasOwn ? joinPath(path, i, 'key') : joinPath(path, i)
    if (first !== undefined) {
      const problem = `"${key}" is already the key of ${joinPath(path, first)}`
      return [{ path: place, problem, fix: 'Give each tier its own key.' }]
    }
    firstPlace.set(key, i)
    if (hasOwn || /^[A-Za-z0-9._:-]+$/.test(key)) return []
    return [
      { path: place, problem: `"${key}" cannot be part of a badge id`, fix: 'Give the tier a key, such as "gold".' },
    ]
  })
}

function repeatableFaults({ repeatable, tiers, requirement, tierMode }: Unchecked, path: string): CatalogFault[] {
  if (tierMode !== undefined && tiers === undefined) {
    return [
      { path: joinPath(path, 'tierMode'), problem: 'has no effect without tiers', fix: 'Add tiers, or remove it.' },
    ]
  }
  if (!isPlainObject(repeatable)) return []
  const at = joinPath(path, 'repeatable')
  if (tiers !== undefined) {
    return [{ path: at, problem: 'cannot be combined with tiers', fix: 'Remove one of the two.' }]
  }
  const { cooldown, max } = repeatable as { readonly cooldown?: string; readonly max?: number }
  const type = isPlainObject(requirement) ? String(requirement.type) : ''
  const faults: CatalogFault[] = []
  if (cooldown !== undefined && parseDuration(cooldown) === undefined) {
    const fix = 'Give an ISO 8601 duration in weeks, days, hours, minutes or seconds, such as P1D or PT12H.'
    faults.push({ path: joinPath(at, 'cooldown'), problem: `"${cooldown}" is not a duration of fixed length`, fix })
  }
  if (['all', 'any', 'some'].includes(type)) {
    const fix = 'Repeat a requirement with one target, such as count.'
    faults.push({ path: at, problem: `"${type}" has no multiples to reach again`, fix })
  }
  if (isKindName(type) && metricKinds[type].repeats === null) {
    const fix = 'Take repeatable out, or count what is good enough: { "type": "count", "where": … }.'
    faults.push({ path: at, problem: `"${type}" has no multiples to reach again`, fix })
  }
  if (typesOnAwards.includes(type) && (max === undefined || max > repeatLimit)) {
    const fix = `Set max to ${repeatLimit} or less: points from badges could award it forever.`
    faults.push({ path: joinPath(at, 'max'), problem: max === undefined ? 'is missing' : `is ${max}`, fix })
  }
  if (cooldown !== undefined && !canCool(requirement as Unchecked | undefined)) {
    const names = kindNames.filter(name => metricKinds[name].repeats?.canCool)
    const fix = `Remove it. Only ${names.join(', ')} can have a cooldown, without distinct or per.`
    faults.push({ path: joinPath(at, 'cooldown'), problem: 'does not go with this requirement', fix })
  }
  return faults
}

function canCool(requirement: Unchecked | undefined): boolean {
  const type = String(requirement?.type)
  if (isKindName(type) && !metricKinds[type].repeats?.canCool) return false
  return (
    !['all', 'any', 'some', ...typesOnAwards].includes(type) &&
    requirement?.distinct === undefined &&
    requirement?.per === undefined
  )
}

function expiryFaults({ expiresAfter }: Unchecked, path: string): CatalogFault[] {
  if (expiresAfter === undefined || parseLasting(String(expiresAfter))) return []
  const fix = 'Give an ISO 8601 duration of at most 100 years, such as P1Y, P6M or P30D.'
  return [{ path: joinPath(path, 'expiresAfter'), problem: `"${expiresAfter}" is not a duration`, fix }]
}

function limitFaults({ limit, repeatable }: Unchecked, path: string): CatalogFault[] {
  if (limit === undefined || repeatable === undefined) return []
  const fix = 'Remove one of the two: each time is a badge of its own.'
  return [{ path: joinPath(path, 'limit'), problem: 'cannot be combined with repeatable', fix }]
}

// Only completions can be limited to a time. Awards cannot.
function availableFaults({ available, requirement }: Unchecked, path: string): CatalogFault[] {
  if (available === undefined || !restsOnAwards(requirement)) return []
  const fix = `Leave it out, or require completions only (${kindNames.join(', ')}).`
  return [
    { path: joinPath(path, 'available'), problem: 'goes with completions, not with points, levels or milestones', fix },
  ]
}

function restsOnAwards(requirement: unknown): boolean {
  if (!isPlainObject(requirement)) return false
  if (Array.isArray(requirement.of)) return requirement.of.some(restsOnAwards)
  return typesOnAwards.includes(String(requirement.type))
}

function textsFaults(milestone: Unchecked, path: string, locale: string): CatalogFault[] {
  const { title, description, hint, reward, tiers } = milestone as {
    readonly title: unknown
    readonly description?: unknown
    readonly hint?: unknown
    readonly reward?: Unchecked
    readonly tiers?: readonly unknown[]
  }
  const own: readonly (readonly [string, unknown])[] = [
    [joinPath(path, 'title'), title],
    [joinPath(path, 'description'), description],
    [joinPath(path, 'hint'), hint],
    [joinPath(path, 'reward', 'badge'), reward?.badge],
    ...(tiers ?? []).flatMap((tier, i): (readonly [string, unknown])[] =>
      isPlainObject(tier)
        ? [
            [joinPath(path, 'tiers', i, 'title'), tier.title],
            [joinPath(path, 'tiers', i, 'reward', 'badge'), (tier.reward as Unchecked | undefined)?.badge],
          ]
        : [],
    ),
  ]
  return own.flatMap(([place, text]) => localizedFaults(text, place, locale))
}

/** Finds the faults of a text by locale. Empty if it is not one. */
export function localizedFaults(text: unknown, path: string, locale: string): CatalogFault[] {
  if (!isPlainObject(text)) return []
  const faults = Object.keys(text)
    .filter(tag => !isLocale(tag))
    .map(tag => ({
      path: joinPath(path, tag),
      problem: `"${tag}" is not a valid locale`,
      fix: 'Give a BCP 47 tag such as pt-BR.',
    }))
  const isThere = Object.keys(text).some(tag => tag.toLowerCase() === locale.toLowerCase())
  if (isThere) return faults
  const fix = `Add it: other locales fall back on ${locale} (the catalog's \`locale\`).`
  return [...faults, { path, problem: `has no text in "${locale}"`, fix }]
}
