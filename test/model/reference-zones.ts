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
  const zones = model.zones.get(userId) ?? []
  if (zones.at(-1)?.zone === zone) return
  const before = periodsReached(model, userId)
  model.zones.set(userId, zonesWith(model, userId, zone))
  const after = periodsReached(model, userId)
  const safe = safeBadges(model, userId)
  const stays = badgesOf(model, userId).filter(
    badge => !before.has(badge.id) || after.has(badge.id) || safe.includes(badge),
  )
  model.badges.set(userId, stays)
  modelCheck(model, userId)
}

function zonesWith(model: Model, userId: string, zone: string): ModelZone[] {
  const zones = model.zones.get(userId) ?? []
  const last = zones.at(-1)
  const since = new Date(Math.max(model.now.getTime(), ...zones.map(earlier => earlier.since.getTime())))
  const isUnder = (at: Date): boolean => at < since && (zones.length < 2 || at >= last!.since)
  const isUsed = model.completions.some(c => c.userId === userId && isUnder(c.completedAt))
  const kept = isUsed ? [...zones] : zones.slice(0, -1)
  if (kept.at(-1)?.zone !== zone) kept.push({ zone, since })
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
