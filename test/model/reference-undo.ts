// What is undone and decided by hand, read the slow and obvious way: what remains is found by beginning with the badges that
// stand by themselves, and adding those that follow until none does.
import type { CatalogDefinition } from '../../src/core/catalog.js'
import { type ModelPause, modelCalendar, nameOfPeriod } from './reference-calendar.js'
import { modelRedate } from './reference-dates.js'
import { type ModelMilestone, milestonesOf } from './reference-milestones.js'
import {
  badgeIdsDue,
  badgesOf,
  decisionsOf,
  isUsedUp,
  keyOf,
  type Model,
  type ModelBadge,
  type ModelCompletion,
  modelCheck,
  newBadge,
  worldOf,
} from './reference-model.js'

import { periodUnitOf } from './reference-requirement.js'

export type ModelKey = Pick<ModelCompletion, 'userId' | 'category' | 'itemKey'>

/** Takes a completion back; returns what became of it and the ids of the badges that went, in order of their dates. */
export function modelUndo(model: Model, key: ModelKey): { status: string; revoked: string[] } {
  const isIt = (other: ModelKey): boolean => keyOf(other) === keyOf(key)
  const place = model.completions.findIndex(isIt)
  if (place < 0) return { status: 'not-found', revoked: [] }
  const before = { ...model, completions: [...model.completions], offers: [...model.offers] }
  model.completions.splice(place, 1)
  for (const offer of before.offers) if (isIt(offer.completion)) model.offers.splice(model.offers.indexOf(offer), 1)
  const undone = before.completions[place]!
  return { status: 'undone', revoked: settle(model, before, { userId: key.userId, taken: null, undone }) }
}

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

/** Gives a badge by hand; returns what became of it and the ids of what it brought. */
export function modelAward(
  model: Model,
  userId: string,
  id: string,
): { status: string; id: string; awarded: string[] } {
  decide(model, userId, id, 'awarded')
  const held = badgesOf(model, userId)
  const isHeld = held.some(badge => badge.id === id)
  const given = newBadge(awardable(model.definition, id)!, id)
  if (!isHeld) model.badges.set(userId, [...held, { ...given, earnedAt: model.now, isGiven: true }])
  return { status: isHeld ? 'held' : 'awarded', id, awarded: modelCheck(model, userId) }
}

/** Takes a badge by hand; returns what became of it and the ids of the badges that went, itself first. */
export function modelRevoke(model: Model, userId: string, id: string): { status: string; revoked: string[] } {
  if (!badgesOf(model, userId).some(badge => badge.id === id)) return { status: 'not-held', revoked: [] }
  decide(model, userId, id, 'revoked')
  return { status: 'revoked', revoked: settle(model, model, { userId, taken: id }) }
}

function decide(model: Model, userId: string, id: string, decision: 'awarded' | 'revoked'): void {
  model.decisions.set(userId, new Map([...decisionsOf(model, userId), [id, decision]]))
}

// Takes what no longer holds after a change and awards what is due.
function settle(model: Model, before: Model, change: Change): string[] {
  const { userId } = change
  const lost = modelLost(model, before, change)
  const formerly = { ...before, badges: new Map(before.badges) }
  model.badges.set(
    userId,
    badgesOf(model, userId).filter(badge => !lost.includes(badge.id)),
  )
  modelRedate(model, formerly, userId, change)
  modelCheck(model, userId)
  return lost
}

type Change = { readonly userId: string; readonly taken: string | null; readonly undone?: ModelCompletion }

/** The ids of the badges that no longer hold after a change, in order of their dates, the one that is taken first. */
export function modelLost(model: Model, before: Model, { userId, taken }: Change): string[] {
  const held = heldInTime(before, userId)
  const alone = standingAlone(before, userId, safeBadges(before, userId)).filter(({ id }) => id !== taken)
  const rest = held.filter(({ id }) => id !== taken)
  const remaining = following(model, userId, { held: rest, alone })
  const gone = rest.filter(badge => !remaining.includes(badge))
  return [...held.filter(({ id }) => id === taken), ...gone].map(({ id }) => id)
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

function keptIds({ milestones }: CatalogDefinition): Set<string> {
  return new Set(milestones.filter(({ onUndo }) => onUndo === 'keep').map(({ id }) => id))
}

type Held = { readonly held: readonly ModelBadge[]; readonly alone: readonly ModelBadge[] }

// All that is there by these alone: badges held, and such as would be awarded besides.

function following(model: Model, userId: string, { held, alone }: Held): ModelBadge[] {
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
        if (!held.includes(badge) && decisionsOf(model, userId).get(badge.id) === 'revoked') continue
        const ids = [...found, ...next].map(({ id }) => id)
        if (!isUsedUp(model, userId, { milestone, ids })) next.push(badge)
      }
    }
    if (next.length === 0) return found
    found.push(...next)
  }
}

/** Pauses the streaks of a user, or of everybody, from an instant to another: what that decided is dated by what is left. */
export function modelPause(model: Model, userId: string | null, { from, to }: ModelPause): void {
  const before = { ...model, pauses: [...model.pauses] }
  model.pauses.push({ userId, from, to })
  const users = new Set(model.completions.map(completion => completion.userId))
  for (const affected of userId === null ? users : [userId]) {
    modelRedate(model, before, affected, { isPause: true })
    modelCheck(model, affected)
  }
}
