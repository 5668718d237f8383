// What a catalog says of former ids, read the slow and obvious way.
import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'
import type { MilestoneDefinition } from '../../src/core/catalog/milestone.js'
import type { Requirement } from '../../src/core/metrics/requirement.js'
import { nameOfPeriod } from './reference-calendar.js'
import { badgeIdAt, milestonesOf, tierIdOf } from './reference-milestones.js'
import { badgesOf, calendarOf, decisionsOf, type Model } from './reference-model.js'
import { periodUnitOf } from './reference-requirement.js'
import { heldInTime } from './reference-standing.js'

export type ModelRename = { readonly from: string; readonly to: string; readonly isMerged: boolean }

/** What becomes of the ids of a user's badges under a catalog, in order of their dates. */
export function modelRenames(model: Model, userId: string, definition: CatalogDefinition): ModelRename[] {
  const held = heldInTime(model, userId)
  const taken = new Set(held.map(({ id }) => id))
  const renames: ModelRename[] = []
  for (const { id, earnedAt } of held) {
    const period: Period = unit => nameOfPeriod(unit, calendarOf(model, userId).periodOf(unit, earnedAt))
    const to = nameNow(definition, id, period)
    if (to === undefined) continue
    // One of several times became a badge that comes once: the first did.
    const isOneOfSeveral = !to.includes('@') && id.includes('@') && !claims(definition).some(([from]) => from === id)
    if (isOneOfSeveral && taken.has(to)) continue
    renames.push({ from: id, to, isMerged: taken.has(to) })
    taken.add(to)
  }
  return renames
}

/** Renames what a user holds and what was decided of it. */
export function modelRename(model: Model, userId: string, definition: CatalogDefinition): void {
  const renames = modelRenames(model, userId, definition)
  const now = (id: string): string => renames.find(({ from }) => from === id)?.to ?? id
  const held = badgesOf(model, userId)
  const merged = renames.filter(({ isMerged }) => isMerged).map(({ from }) => from)
  const kept = held.filter(({ id }) => !merged.includes(id))
  model.badges.set(
    userId,
    kept.map(badge => ({ ...badge, id: now(badge.id), replaces: badge.replaces && now(badge.replaces) })),
  )
  const decisions = new Map(decisionsOf(model, userId))
  for (const [id, decision] of decisionsOf(model, userId)) {
    const isHeld = held.some(badge => badge.id === id)
    const to = isHeld ? now(id) : nameNow(definition, id, null)
    if (to === undefined || to === id) continue
    decisions.delete(id)
    const isTimeOfMany = !isHeld && !to.includes('@') && id.includes('@')
    if (isTimeOfMany && !claims(definition).some(([from]) => from === id)) continue
    const isOtherHeld = badgesOf(model, userId).some(badge => badge.id === to)
    if (!decisions.has(to) && !(decision === 'revoked' && isOtherHeld)) decisions.set(to, decision)
  }
  if (decisions.size > 0) model.decisions.set(userId, decisions)
}

type Period = (unit: 'day' | 'week' | 'month' | 'year') => string

function nameNow(definition: CatalogDefinition, id: string, period: Period | null): string | undefined {
  const [base, tier] = id.split('#')
  const [goal, time] = id.split('@')
  const find = (asked: string): MilestoneDefinition | undefined =>
    definition.milestones.find(milestone => milestone.id === asked)
  const exact = claims(definition).find(([from]) => from === id)?.[1] ?? (find(id)?.repeatable ? id : undefined)
  if (exact !== undefined) return named(definition, find(exact), { to: exact, time, period })
  const claimed = claims(definition).find(([from]) => from === (tier === undefined ? goal : base))?.[1]
  if (claimed === undefined) return undefined
  if (tier !== undefined) return isBadge(definition, `${claimed}#${tier}`) ? `${claimed}#${tier}` : undefined
  return time === undefined ? undefined : named(definition, find(claimed), { to: claimed, time, period: null })
}

type Named = { readonly to: string; readonly time: string | undefined; readonly period: Period | null }

function named(
  definition: CatalogDefinition,
  milestone: MilestoneDefinition | undefined,
  { to, time, period }: Named,
): string | undefined {
  if (!milestone?.repeatable) return isBadge(definition, to) ? to : undefined
  const unit = periodUnitOf(milestone.requirement as Requirement)
  if (!unit) return badgeIdAt(to, /^\d+$/.test(time ?? '') ? time! : 1)
  if (time !== undefined && looksLike[unit].test(time)) return badgeIdAt(to, time)
  return period ? badgeIdAt(to, period(unit)) : undefined
}

const looksLike = {
  day: /^\d{4}-\d\d-\d\d$/,
  week: /^\d{4}-W\d\d$/,
  month: /^\d{4}-\d\d$/,
  year: /^\d{4}$/,
} as const

function isBadge(definition: CatalogDefinition, id: string): boolean {
  return milestonesOf(definition).some(milestone => milestone.id === id)
}

function claims({ milestones }: CatalogDefinition): readonly (readonly [string, string])[] {
  return milestones.flatMap(milestone => [
    ...(milestone.formerly ?? []).map(from => [from, milestone.id] as const),
    ...(milestone.tiers ?? []).flatMap((tier, i) => {
      const formerly = typeof tier === 'number' ? [] : (tier.formerly ?? [])
      return formerly.map(from => [from, tierIdOf(milestone, i)] as const)
    }),
  ])
}
