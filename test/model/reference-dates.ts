// How what is taken back dates badges, read the slow and obvious way: a user's life is lived through again, one completion after the
// other, and at each step it is asked which badges hold.
import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'
import type { Requirement } from '../../src/core/metrics/requirement.js'
import type { World } from './reference-filter.js'
import { type ModelMilestone, milestonesOf, namesHeld, plainRequirement } from './reference-milestones.js'
import {
  adjustmentsOf,
  badgeIdsDue,
  badgesOf,
  calendarOf,
  decisionsOf,
  freezesOf,
  gainsBy,
  gainsFor,
  isFull,
  isUsedUp,
  type Model,
  type ModelBadge,
  type ModelCompletion,
  newBadge,
  seenBy,
} from './reference-model.js'
import { compareInTime, sumOf } from './reference-points.js'
import { holds } from './reference-requirement.js'
import { awardable, heldInTime, safeBadges, standingAlone } from './reference-standing.js'

/** What was taken back: a completion, or days by a pause; or else a badge alone. Or what came back that had been undone. */
export type TakenBack = {
  readonly undone?: ModelCompletion
  readonly isPause?: boolean
  readonly redone?: readonly ModelCompletion[]
}

/** Dates the badges that a user still holds by what is left, where what decided them is gone. */
export function modelRedate(model: Model, before: Model, userId: string, takenBack: TakenBack): void {
  const held = heldInTime(model, userId)
  const known = heldInTime(before, userId).filter(({ id, isGiven }) => !isGiven && awardable(model.definition, id))
  const past = lifeOf(before, userId, { judged: idsOf(known), undated: new Set(), keepsAll: true })
  const alone = idsOf([...standingAlone(model, userId, []), ...safeBadges(model, userId)])
  const judged = held.filter(({ id }) => past.dates.has(id) && !alone.has(id))
  const undated = idsOf(judged.filter(badge => isDeciderGone(model, before, { badge, userId, ...takenBack })))
  for (;;) {
    const { dates, early, due } = lifeOf(model, userId, { judged: idsOf(judged), undated, keepsAll: false })
    const moved = judged.filter(({ id, earnedAt }) => dates.has(id) && +dates.get(id)!.at !== +earnedAt)
    const changed = takenBack.redone ? moved.map(badge => ({ ...badge, earnedAt: dates.get(badge.id)!.at })) : moved
    const isDecided = (badge: ModelBadge): boolean => {
      const others = changed.filter(({ earnedAt }) =>
        takenBack.redone ? +earnedAt <= +badge.earnedAt : +earnedAt === +badge.earnedAt,
      )
      return others.some(other => restsOn(model, badge, other))
    }
    // Badges that come back with what comes back.
    for (const badge of takenBack.redone ? due : [])
      if (isDeciderGone(model, before, { badge, userId, ...takenBack }) || isDecided(badge)) changed.push(badge)
    const further = judged.filter(badge => early.has(badge.id) && !undated.has(badge.id) && isDecided(badge))
    if (further.length === 0) {
      redate(model, userId, { dates, judged })
      return
    }
    for (const { id } of further) undated.add(id)
  }
}

type Dated = { readonly at: Date }

function redate(
  model: Model,
  userId: string,
  { dates, judged }: { readonly dates: ReadonlyMap<string, Dated>; readonly judged: readonly ModelBadge[] },
): void {
  const isJudged = idsOf(judged)
  const badges = badgesOf(model, userId).map(badge => {
    const dated = isJudged.has(badge.id) ? dates.get(badge.id) : undefined
    return dated ? { ...badge, earnedAt: dated.at } : badge
  })
  model.badges.set(userId, badges)
}

type Judging = {
  readonly judged: ReadonlySet<string>
  readonly undated: ReadonlySet<string>
  readonly keepsAll: boolean
}

// Judged badges come when they hold, at their own dates at the earliest but for those undated; the others at their own dates.
function lifeOf(model: Model, userId: string, { judged, undated, keepsAll }: Judging) {
  const badges = heldInTime(model, userId)
  const completions = model.completions.filter(c => c.userId === userId).sort(compareInTime)
  const gains = gainsFor(model, userId)
  const dates = new Map<string, Dated>()
  const early = new Set<string>()
  const due: ModelBadge[] = []
  const done: ModelCompletion[] = []
  const holding: ModelBadge[] = []
  const open = new Set(undated)
  let adjusted = adjustmentsOf(model, userId, new Date(0))
  const world = (): World => ({
    completions: done,
    heldIds: namesHeld(model.definition, [...idsOf(holding)]),
    points: sumOf([...holding, ...adjusted, ...gains.filter(({ completion }) => done.includes(completion))]),
    levels: model.definition.levels,
    calendar: calendarOf(model, userId),
    freezes: freezesOf(model, userId),
  })
  const dueNow = (): { id: string; milestone: ModelMilestone }[] => {
    const now = world()
    return milestonesOf(model.definition).flatMap(milestone =>
      badgeIdsDue(milestone, now).map(id => ({ id, milestone })),
    )
  }
  const settle = (at: Date): void => {
    for (let isChanged = true; isChanged; ) {
      isChanged = false
      for (const { id, milestone } of dueNow()) {
        if (holding.some(badge => badge.id === id)) continue
        const own = badges.find(badge => badge.id === id)
        if (
          isUsedUp(model, userId, { milestone, ids: [...idsOf([...holding, ...badges])].filter(other => other !== id) })
        )
          continue
        if (own && !(judged.has(id) && open.has(id))) continue
        if (!own && (decisionsOf(model, userId).get(id) === 'revoked' || isFull(model, userId, milestone))) continue
        const badge = own ?? { ...newBadge(milestone, id), earnedAt: at }
        holding.push(badge)
        if (own) dates.set(id, { at })
        else due.push(badge)
        isChanged = true
      }
    }
  }
  const adjustedAt = adjustmentsOf(model, userId).map(({ at }) => at)
  const happened = [...completions.map(c => c.completedAt), ...badges.map(({ earnedAt }) => earnedAt), ...adjustedAt]
  const instants = happened.map(Number)
  for (const instant of [...new Set(instants)].sort((a, b) => a - b)) {
    const at = new Date(instant)
    const opened = badges.filter(({ earnedAt }) => +earnedAt === instant)
    const holdingBefore = new Set(dueNow().map(({ id }) => id))
    for (const badge of opened) {
      const isIn = holding.some(({ id }) => id === badge.id)
      if (judged.has(badge.id) && !isIn && holdingBefore.has(badge.id)) early.add(badge.id)
      if (judged.has(badge.id)) open.add(badge.id)
      else holding.push(badge)
    }
    settle(at)
    adjusted = adjustmentsOf(model, userId, at)
    settle(at)
    for (const completion of completions.filter(({ completedAt }) => +completedAt === instant)) {
      done.push(completion)
      settle(at)
    }
    if (!keepsAll) continue
    const rest = (badge: ModelBadge): number => (leavesOf(model.definition, badge.id).some(isDependent) ? 1 : 0)
    for (const badge of opened.sort((a, b) => rest(a) - rest(b))) {
      if (holding.some(({ id }) => id === badge.id)) continue
      holding.push(badge)
      settle(at)
    }
  }
  return { dates, early, due }
}

type Decided = TakenBack & { readonly badge: ModelBadge; readonly userId: string }

function isDeciderGone(model: Model, before: Model, { badge, userId, undone, isPause, redone }: Decided): boolean {
  const leaves = leavesOf(model.definition, badge.id)
  const calendar = calendarOf(model, userId)
  if (redone) {
    return redone.some(completion => {
      const offered = gainsBy(model, completion).reduce((sum, gain) => sum + gain.offered, 0)
      return +completion.completedAt <= +badge.earnedAt && countsFor(model, badge, { completion, points: offered })
    })
  }
  if (isPause) return calendar.isPaused(calendar.dayOf(badge.earnedAt)) && leaves.some(({ type }) => type === 'streak')
  if (!undone || +undone.completedAt !== +badge.earnedAt) return false
  const gained = sumOf(gainsFor(before, userId).filter(({ completion }) => completion === undone))
  return countsFor(model, badge, { completion: undone, points: gained })
}

type Counted = { readonly completion: ModelCompletion; readonly points: number }

// Whether a completion may decide a badge.
function countsFor(model: Model, badge: ModelBadge, { completion, points }: Counted): boolean {
  const nothing = { heldIds: new Set<string>(), points: 0, levels: model.definition.levels, freezes: [] }
  const world: World = { ...nothing, completions: [completion], calendar: calendarOf(model, completion.userId) }
  return leavesOf(model.definition, badge.id).some(leaf => {
    if (leaf.type === 'points' || leaf.type === 'level') return points > 0
    if (leaf.type === 'milestones') return false
    const {
      target: _,
      atLeast: __,
      items,
      ...rest
    } = { items: undefined, atLeast: 1, ...leaf } as { target?: number; atLeast?: number; items?: readonly string[] }
    const counts = { ...rest, ...(items && { items }), target: 0.001 } as Requirement
    return holds(counts, seenBy(awardable(model.definition, badge.id)!, world))
  })
}

function restsOn(model: Model, badge: ModelBadge, other: ModelBadge): boolean {
  return leavesOf(model.definition, badge.id).some(leaf => {
    if (leaf.type === 'milestones') return leaf.ids.some(id => namesHeld(model.definition, [other.id]).has(id))
    return isDependent(leaf) && other.points > 0
  })
}

type Leaf = Exclude<ReturnType<typeof plainRequirement>, { type: 'all' | 'any' | 'some' }>

function isDependent({ type }: Leaf): boolean {
  return type === 'points' || type === 'level' || type === 'milestones'
}

/** All that a badge asks for, one by one. */
export function leavesOf(definition: CatalogDefinition, id: string): Leaf[] {
  const milestone = awardable(definition, id)
  if (!milestone) return []
  const { after = [] } = milestone.definition
  const gate: Leaf[] = after.length > 0 ? [{ type: 'milestones', ids: after }] : []
  return [...leavesIn(milestone.requirement), ...gate]
}

function leavesIn(given: Requirement): Leaf[] {
  const requirement = plainRequirement(given)
  return 'of' in requirement ? requirement.of.flatMap(leavesIn) : [requirement]
}

function idsOf(badges: readonly { readonly id: string }[]): Set<string> {
  return new Set(badges.map(({ id }) => id))
}
