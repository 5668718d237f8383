// What stands of a user's badges, and by what, read the slow and obvious way.
import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'
import { modelCalendar, nameOfPeriod } from './reference-calendar.js'
import { type ModelMilestone, milestonesOf } from './reference-milestones.js'
import {
  badgeIdsDue,
  badgesOf,
  decisionsOf,
  isUsedUp,
  type Model,
  type ModelBadge,
  newBadge,
  worldOf,
} from './reference-model.js'
import { periodUnitOf } from './reference-requirement.js'

/** Finds what can be given as a badge of this id; undefined where the catalog has none such. */
export function awardable(
  { milestones }: Pick<CatalogDefinition, 'milestones'>,
  id: string,
): ModelMilestone | undefined {
  const [goalId, time = ''] = id.split('@')
  return milestonesOf({ milestones }).find(({ id: own, requirement, definition: { repeatable, retired } }) => {
    if (retired) return false
    if (!repeatable) return id === own
    if (goalId !== own) return false
    const unit = periodUnitOf(requirement)
    if (unit) return isPeriod(unit, time)
    return Number(time) >= 1 && Number(time) <= (repeatable.max ?? Number.POSITIVE_INFINITY)
  })
}

// Whether a period of this unit is called so: some day of a few years lies in it.
function isPeriod(unit: 'day' | 'week' | 'month' | 'year', label: string): boolean {
  const { periodOf } = modelCalendar([], [])
  const days = Array.from({ length: 3 * 366 }, (_, i) => new Date(Date.UTC(2025, 0, 1 + i, 12)))
  return days.some(day => nameOfPeriod(unit, periodOf(unit, day)) === label)
}

/** The badges of a user in order of their dates, those of one instant by id. */
export function heldInTime(model: Model, userId: string): ModelBadge[] {
  return [...badgesOf(model, userId)].sort((a, b) => {
    return a.earnedAt.getTime() - b.earnedAt.getTime() || (a.id < b.id ? -1 : 1)
  })
}

/** The badges of a user that were given by hand or are kept once held. */
export function safeBadges(model: Model, userId: string): ModelBadge[] {
  const kept = keptIds(model.definition)
  return badgesOf(model, userId).filter(({ id }) => {
    return decisionsOf(model, userId).get(id) === 'awarded' || kept.has(id.replace(/[@#].*$/, ''))
  })
}

/**
 * Badges that rest on nothing that could go: those that are safe, and those without support as it is. Where all that is left is
 * supported by each other, the first of them stands for all.
 */
export function standingAlone(model: Model, userId: string, safe: readonly ModelBadge[]): ModelBadge[] {
  const held = heldInTime(model, userId)
  const alone = [...safe]
  for (;;) {
    const supported = following(model, userId, { held, alone })
    const unsupported = held.filter(badge => !supported.includes(badge))
    if (unsupported.length === 0) return alone
    const baseless = unsupported.find(badge => {
      const others = held.filter(other => other !== badge)
      return !following(model, userId, { held, alone: others }).includes(badge)
    })
    alone.push(baseless ?? unsupported[0]!)
  }
}

function keptIds({ milestones, levels }: CatalogDefinition): Set<string> {
  const isKept = ({ onUndo, requirement }: CatalogDefinition['milestones'][number]): boolean =>
    (onUndo ?? (levels?.keep && requirement.type === 'level' ? 'keep' : 'revoke')) === 'keep'
  return new Set(milestones.filter(isKept).map(({ id }) => id))
}

/** Badges held, and those of them that rest on nothing. */
export type Held = { readonly held: readonly ModelBadge[]; readonly alone: readonly ModelBadge[] }

/** All that is there by these alone: badges held, and such as would be awarded besides. */
export function following(model: Model, userId: string, { held, alone }: Held): ModelBadge[] {
  const found = [...alone]
  for (;;) {
    const world = worldOf(model, userId, found)
    const next: ModelBadge[] = []
    for (const milestone of milestonesOf(model.definition)) {
      const due = badgeIdsDue(milestone, world).filter(id => !found.some(badge => badge.id === id))
      const badges = due.map(
        id => held.find(badge => badge.id === id) ?? { ...newBadge(milestone, id), earnedAt: model.now },
      )
      const former = badges.filter(badge => held.includes(badge))
      const fresh = badges.filter(({ id }) => !held.some(badge => badge.id === id))
      for (const badge of [...former, ...fresh]) {
        const isRevoked = decisionsOf(model, userId).get(badge.id) === 'revoked'
        // A badge with a limit supports nothing before the user has a place.
        if (!held.includes(badge) && (isRevoked || milestone.definition.limit !== undefined)) continue
        const ids = [...found, ...next].map(({ id }) => id)
        if (!isUsedUp(model, userId, { milestone, ids })) next.push(badge)
      }
    }
    if (next.length === 0) return found
    found.push(...next)
  }
}
