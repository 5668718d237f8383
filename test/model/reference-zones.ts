// What a change of a user's zone does, read the slow and obvious way.
import type { ModelZone } from './reference-calendar.js'
import { badgeIdAt, milestonesOf } from './reference-milestones.js'
import { badgesOf, type Model, modelCheck, seenBy, worldOf } from './reference-model.js'
import { periodUnitOf, timesNamed } from './reference-requirement.js'
import { safeBadges } from './reference-standing.js'

/**
 * Lets a zone count from now on, the first one for what came before as well, and awards what that brings. A zone under which nothing
 * was completed is forgotten. The same again changes nothing. The badge of a calendar period that only the days of before reached
 * goes: the same completions reach another one now.
 */
export function modelSetZone(model: Model, userId: string, zone: string): void {
  const clocks = model.zones.get(userId) ?? []
  if (clocks.at(-1)?.zone === zone) return
  const isFirst = clocks.every(clock => clock.zone === null)
  const known = isFirst ? clocks.map(clock => ({ ...clock, zone })) : clocks
  setClocks(model, userId, clocksWith(model, userId, { known, set: { zone } }))
}

/** Lets days start at another time from now on; null: as for those who set nothing. What came before keeps its days. */
export function modelSetDayStart(model: Model, userId: string, dayStartsAt: string | null): void {
  const clocks = model.zones.get(userId) ?? []
  if ((clocks.at(-1)?.dayStartsAt ?? null) === dayStartsAt) return
  const nothingSet = { zone: null, dayStartsAt: null, since: new Date(model.now.getTime() - 1) }
  const known = clocks.length > 0 ? clocks : [nothingSet]
  setClocks(model, userId, clocksWith(model, userId, { known, set: { dayStartsAt } }))
}

function setClocks(model: Model, userId: string, clocks: ModelZone[]): void {
  const before = periodsReached(model, userId)
  model.zones.set(userId, clocks)
  const after = periodsReached(model, userId)
  const safe = safeBadges(model, userId)
  const stays = badgesOf(model, userId).filter(
    badge => !before.has(badge.id) || after.has(badge.id) || safe.includes(badge),
  )
  model.badges.set(userId, stays)
  modelCheck(model, userId)
}

type Setting = { readonly known: readonly ModelZone[]; readonly set: Partial<ModelZone> }

function clocksWith(model: Model, userId: string, { known, set }: Setting): ModelZone[] {
  const last = known.at(-1)
  const since = new Date(Math.max(model.now.getTime(), ...known.map(earlier => earlier.since.getTime())))
  const isUnder = (at: Date): boolean => at < since && (known.length < 2 || at >= last!.since)
  const isUsed = model.completions.some(c => c.userId === userId && isUnder(c.completedAt))
  const kept = isUsed ? [...known] : known.slice(0, -1)
  const next = { zone: null, dayStartsAt: null, ...last, ...set, since }
  const isSame = kept.at(-1)?.zone === next.zone && (kept.at(-1)?.dayStartsAt ?? null) === (next.dayStartsAt ?? null)
  if (kept.length === 0 || !isSame) kept.push(next)
  if (kept.length === 2 && kept[0]!.since >= since) kept[0] = { ...kept[0]!, since: new Date(since.getTime() - 1) }
  return kept
}

// The badges of calendar periods in which enough was completed, held or not.
function periodsReached(model: Model, userId: string): Set<string> {
  const world = worldOf(model, userId, badgesOf(model, userId))
  const ids = milestonesOf(model.definition).flatMap(milestone => {
    const { id, requirement, definition } = milestone
    const { repeatable, retired } = definition
    if (!repeatable || retired || periodUnitOf(requirement) === undefined) return []
    return timesNamed(requirement, repeatable, seenBy(milestone, world)).map(period => badgeIdAt(id, period))
  })
  return new Set(ids)
}
