// The deliberately naive reading of semantics: no metrics, no crossing, no increments. Everything is computed anew from
// the lists of what happened, the slow and obvious way. Shares with the library only the types of a catalog.
import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'
import type { Coins } from '../../src/core/catalog/milestone.js'
import { isInWindow, type ModelCalendar, type ModelPause, type ModelZone, modelCalendar } from './reference-calendar.js'
import type { ModelCompletion, World } from './reference-filter.js'
import { writtenOut } from './reference-lists.js'
import { badgeIdAt, type ModelMilestone, type ModelTier, milestonesOf, namesHeld } from './reference-milestones.js'
import { gainsOf, type ModelGain, type ModelOffer, ranked, sumOf } from './reference-points.js'
import { holds, periodUnitOf, timesNamed } from './reference-requirement.js'

export type { ModelCompletion } from './reference-filter.js'

/** A completion as it is given: now where its time is left out. */
export type ModelInput = Omit<ModelCompletion, 'completedAt'> & { readonly completedAt?: Date | undefined }

export type ModelBadge = {
  readonly id: string
  readonly earnedAt: Date
  readonly points: number
  /** Coins by currency. None of a row that the host wrote. */
  readonly coins?: Coins
  readonly by: string | null
  /** Whether it was itself given by hand. */
  readonly isGiven?: boolean
  /** The id of the tier below, which is not shown beside this one; none where all are shown. */
  readonly replaces?: string | undefined
  /** Of a tier: what it took when it was awarded, and whether those below are shown beside it. */
  readonly tier?: ModelTier | undefined
  readonly unlocks?: readonly string[] | undefined
  /** For how long it is valid, as its milestone said when it was awarded. */
  readonly expiresAfter?: string | undefined
}

/** All that a naive service keeps. */
export type Model = {
  /** The catalog that governs, with the items of its lists. */
  definition: CatalogDefinition
  /** The same as its author wrote it. */
  given: CatalogDefinition
  readonly lists: Map<string, readonly string[]>
  /** The clock. Whoever moves it sets this. */
  now: Date
  readonly completions: ModelCompletion[]
  readonly offers: ModelOffer[]
  /** By user. */
  readonly badges: Map<string, ModelBadge[]>
  /** By user, in the order in which they were set. */
  readonly zones: Map<string, ModelZone[]>
  /** Of one user, or of everybody. */
  readonly pauses: (ModelPause & { readonly userId: string | null })[]
  /** Freezes of streaks that were given. */
  readonly freezes: { readonly userId: string; readonly key: string; readonly at: Date }[]
  /** Points that were given or taken by hand. */
  readonly adjustments: {
    readonly userId: string
    readonly key: string
    readonly points: number
    readonly at: Date
    readonly order?: number
  }[]
  /** Gems that were given, taken, spent (negative) or paid back. */
  readonly coins: {
    readonly userId: string
    readonly key: string
    readonly type: 'given' | 'spent' | 'refund'
    readonly amount: number
    readonly order?: number
  }[]
  /** What was decided by hand: by user, then by badge id. */
  readonly decisions: Map<string, Map<string, 'awarded' | 'revoked'>>
  /** The most points that each user ever had, as far as commands are over. */
  readonly highest: Map<string, number>
  /** Keys of completions that were ever undone. */
  readonly undone: Set<string>
  /** Who was erased and may not return. */
  readonly erased: Set<string>
  /** By former id: the user that it stands for. */
  readonly merged: Map<string, string>
  /** While a catalog is applied: who alone gets which badge with a limit, as {@link placeOf}. Null: who finds a place. */
  takers: ReadonlySet<string> | null
}

/** No completion of the arbitraries is later than this, so none lies ahead of a clock that begins here. */
export const modelStart = new Date('2026-04-20T12:00:00Z')

export function newModel(definition: CatalogDefinition, now: Date = modelStart): Model {
  return {
    definition: writtenOut(definition, new Map()),
    given: definition,
    lists: new Map(),
    now,
    completions: [],
    offers: [],
    badges: new Map(),
    zones: new Map(),
    pauses: [],
    freezes: [],
    adjustments: [],
    coins: [],
    decisions: new Map(),
    highest: new Map(),
    undone: new Set(),
    erased: new Set(),
    merged: new Map(),
    takers: null,
  }
}

export const keyOf = (c: { userId: string; category: string; itemKey: string }): string =>
  JSON.stringify([c.userId, c.category, c.itemKey])

type CompletionKey = Pick<ModelCompletion, 'userId' | 'category' | 'itemKey'>

/** What a stored completion brought by itself. */
export function gainedBy(model: Model, completion: CompletionKey): number {
  return sumOf(gainsBy(model, completion))
}

/** What each points rule brought for a stored completion, and what it offered. */
export function gainsBy(model: Model, completion: CompletionKey): readonly ModelGain[] {
  return gainsFor(model, completion.userId).filter(gain => keyOf(gain.completion) === keyOf(completion))
}

/** Awards what is due without a recording. */
export function modelCheck(model: Model, userId: string): string[] {
  const due = dueBadges(model, userId)
  model.badges.set(userId, [...badgesOf(model, userId), ...due])
  return due.map(badge => badge.id).sort()
}

export function decisionsOf(model: Model, userId: string): ReadonlyMap<string, 'awarded' | 'revoked'> {
  return model.decisions.get(userId) ?? new Map()
}

export function badgesOf(model: Model, userId: string): readonly ModelBadge[] {
  return model.badges.get(userId) ?? []
}

/** The badges that a user is shown: without the tiers that a higher one replaces, as was said when that was awarded. */
export function shownBadgesOf(model: Model, userId: string): readonly ModelBadge[] {
  const held = badgesOf(model, userId)
  const isOfOne = (a: ModelBadge, b: ModelBadge): boolean => a.id.split('#')[0] === b.id.split('#')[0]
  return held.filter(
    badge =>
      !held.some(other => {
        if (other.replaces === badge.id) return true
        return badge.tier && other.tier?.isAlone && isOfOne(badge, other) && other.tier.height > badge.tier.height
      }),
  )
}

export function pointsOf(model: Model, userId: string): number {
  return sumOf([...badgesOf(model, userId), ...gainsFor(model, userId), ...adjustmentsOf(model, userId)])
}

/** Who of these users has the most points of a period of the UTC calendar, or of all time. Without points: not listed. */
export function modelLeaderboard(
  model: Model,
  users: readonly string[],
  period: 'week' | 'month' | 'all',
  now: Date = model.now,
): { userId: string; points: number }[] {
  const scorers = users.map(userId => {
    const ofBadges = badgesOf(model, userId).map(({ points, earnedAt }) => ({ points, at: earnedAt }))
    const ofCompletions = gainsFor(model, userId).map(({ points, completion }) => ({
      points,
      at: completion.completedAt,
    }))
    return { userId, gains: [...ofBadges, ...ofCompletions, ...adjustmentsOf(model, userId)] }
  })
  return ranked(scorers, period, now)
}

/** What is true of a user who holds these badges: by all that is recorded, or by what lies no later than an instant. */
export function worldOf(model: Model, userId: string, held: readonly ModelBadge[], until?: Date): World {
  const isThen = (at: Date): boolean => until === undefined || at <= until
  const gains = gainsFor(model, userId).filter(({ completion }) => isThen(completion.completedAt))
  return {
    completions: model.completions.filter(c => c.userId === userId && isThen(c.completedAt)),
    heldIds: namesHeld(
      model.definition,
      held.map(({ id }) => id),
    ),
    points: sumOf([...held, ...gains, ...adjustmentsOf(model, userId, until)]),
    levels: model.definition.levels,
    calendar: calendarOf(model, userId),
    freezes: freezesOf(model, userId),
  }
}

/** What a milestone sees of the world: of completions, those of the time in which it can be reached. */
export function seenBy({ definition }: ModelMilestone, world: World): World {
  const { available = {} } = definition
  const completions = world.completions.filter(({ completedAt }) => isInWindow(available, completedAt, world.calendar))
  return { ...world, completions }
}

/**
 * What is due by all that is stored now, each dated by the instant at which its requirement first held. Of those that were held
 * formerly, as they were.
 */
export function dueBadges(model: Model, userId: string, formerly: readonly ModelBadge[] = []): ModelBadge[] {
  const held = badgesOf(model, userId)
  const completions = model.completions.filter(completion => completion.userId === userId)
  const dates = [...completions.map(c => c.completedAt), ...held.map(badge => badge.earnedAt)]
  const instants = [...dates, ...adjustmentsOf(model, userId).map(({ at }) => at)].map(Number)
  const due: ModelBadge[] = []
  for (const instant of [...new Set(instants)].sort((a, b) => a - b)) {
    const at = new Date(instant)
    for (let isChanged = true; isChanged; ) {
      isChanged = false
      const holding = [...held.filter(badge => badge.earnedAt <= at), ...due]
      const world = worldOf(model, userId, holding, at)
      for (const milestone of milestonesOf(model.definition)) {
        for (const id of badgeIdsDue(milestone, world)) {
          if (decisionsOf(model, userId).get(id) === 'revoked') continue
          if ([...held, ...due].some(badge => badge.id === id)) continue
          if (isUsedUp(model, userId, { milestone, ids: [...held, ...due].map(badge => badge.id) })) continue
          const former = formerly.find(badge => badge.id === id)
          if (!former && isFull(model, userId, milestone)) continue
          const { expiresAfter } = milestone.definition
          due.push({ ...(former ?? newBadge(milestone, id)), expiresAfter, earnedAt: at })
          isChanged = true
        }
      }
    }
  }
  return due
}

// Where periods name the times, so many may be held or taken, whichever they are.
export function isUsedUp(
  model: Model,
  userId: string,
  { milestone, ids }: { readonly milestone: ModelMilestone; readonly ids: readonly string[] },
): boolean {
  const { repeatable } = milestone.definition
  if (repeatable?.max === undefined || periodUnitOf(milestone.requirement) === undefined) return false
  const taken = [...decisionsOf(model, userId)].filter(([, decision]) => decision === 'revoked').map(([id]) => id)
  return new Set([...ids, ...taken].filter(id => id.startsWith(badgeIdAt(milestone.id, '')))).size >= repeatable.max
}

/** Whether a user who does not hold a badge finds no place for it: as many others have it as can. */
export function isFull(model: Model, userId: string, { id, definition: { limit } }: ModelMilestone): boolean {
  if (limit === undefined) return false
  if (model.takers && !model.takers.has(placeOf(userId, id))) return true
  return holdersOf(model, id).filter(holder => holder !== userId).length >= limit
}

export function holdersOf({ badges }: Model, id: string): string[] {
  return [...badges].filter(([, held]) => held.some(badge => badge.id === id)).map(([userId]) => userId)
}

export function placeOf(userId: string, id: string): string {
  return `${userId} ${id}`
}

/** What is awarded of a milestone now, by nobody's hand and by no recording. */
export function newBadge(milestone: ModelMilestone, id: string): Omit<ModelBadge, 'earnedAt'> {
  const { points, coins, replaces, tier, unlocks, definition } = milestone
  return { id, points, coins, by: null, replaces, tier, unlocks, expiresAfter: definition.expiresAfter }
}

/** The ids of the badges of a milestone for which all is there, whether they are held or not. */
export function badgeIdsDue(milestone: ModelMilestone, world: World): string[] {
  const { id, requirement, definition } = milestone
  const { retired, repeatable, after = [] } = definition
  if (retired || !after.every(other => world.heldIds.has(other))) return []
  const seen = seenBy(milestone, world)
  if (!repeatable) return holds(requirement, seen) ? [id] : []
  return timesNamed(requirement, repeatable, seen).map(time => badgeIdAt(id, time))
}

/** The points that a user's completions bring by themselves, by all that is stored. */
export function gainsFor(model: Model, userId: string): readonly ModelGain[] {
  return allGainsFor(model, userId).filter(({ currency }) => currency === undefined)
}

function allGainsFor(model: Model, userId: string): readonly ModelGain[] {
  const own = model.offers.filter(({ completion }) => completion.userId === userId)
  return gainsOf(own, calendarOf(model, userId))
}

/** How many gems a user has. Below 0: a debt. */
export function gemsOf(model: Model, userId: string): number {
  const byCompletions = allGainsFor(model, userId).filter(({ currency }) => currency === 'gems')
  const byBadges = badgesOf(model, userId).map(({ coins }) => ({ points: coins?.gems ?? 0 }))
  const others = model.coins.filter(each => each.userId === userId).map(({ amount }) => ({ points: amount }))
  return sumOf([...byCompletions, ...byBadges, ...others])
}

/** The points that a user was given or lost by hand. What was taken is missing at any instant, what was given from its own on. */
export function adjustmentsOf({ adjustments }: Model, userId: string, until?: Date): Model['adjustments'] {
  return adjustments.filter(
    each => each.userId === userId && (until === undefined || each.points < 0 || each.at <= until),
  )
}

/** When freezes were given to a user. */
export function freezesOf({ freezes }: Model, userId: string): readonly Date[] {
  return freezes.filter(freeze => freeze.userId === userId).map(({ at }) => at)
}

/** How a user's days run. */
export function calendarOf({ zones, pauses, definition }: Model, userId: string): ModelCalendar {
  const ofUser = pauses.filter(pause => pause.userId === null || pause.userId === userId)
  return modelCalendar(zones.get(userId) ?? [], ofUser, definition.dayStartsAt)
}
