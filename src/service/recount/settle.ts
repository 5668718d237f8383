import type { PointsAdjustment } from '../../core/awards/adjustments.js'
import type { Badge } from '../../core/awards/badge.js'
import {
  type CompiledCatalog,
  type CompiledMilestone,
  type CompiledRequirement,
  type Leaf,
  leavesOf,
  milestoneOf,
} from '../../core/awards/compile.js'
import { type HistoryCount, type Judging, rowsByMetric } from '../../core/awards/count-history.js'
import { type Basis, badgesLost, isKept, standingAlone } from '../../core/awards/keep.js'
import { type Countable, wholePart } from '../../core/metrics/metric.js'
import type { Calendar, Pause } from '../../core/time/calendar.js'
import type { Completion, NewCompletion } from '../../core/users/completion.js'
import type { Decimal } from '../../core/values/decimal.js'
import type { Session } from '../../store/database/session.js'
import { keyText } from '../../store/progress/completions.js'
import { deleteBadges, readDecision } from '../../store/progress/decisions.js'
import { type Holdings, refusedIn } from '../../store/progress/holdings.js'
import { undoGains, writeKeyedGain } from '../../store/progress/ledger.js'
import { adjustmentSource } from '../../store/progress/net-gains.js'
import type { BadgesByUser } from '../awards/award.js'
import { recountPlaces } from '../awards/places.js'
import { userCalendar } from '../context/calendar.js'
import type { CountingContext } from '../context/context.js'
import { type CountBothWays, countBothWays } from './count-both-ways.js'
import type { GivenBadge, RecountedUser } from './count-users.js'
import { recountUsers } from './recount.js'
import { judgingOf } from './redate.js'

/** A manual change to a locked user. */
export type Settlement = {
  readonly userId: string
  /** A completion that was deleted in this transaction. */
  readonly undone?: Completion
  /** The id of a badge that is revoked. */
  readonly taken?: string
  /** Points that are given or taken away. Badges that still hold keep their dates. */
  readonly adjustment?: PointsAdjustment
}

/** The effects: badges that were removed, sorted by date, and badges newly held. */
export type Settled = { readonly revoked: readonly Badge[]; readonly awarded: BadgesByUser }

/**
 * Corrects everything of a user after something was undone: badges that no longer hold are removed, badges that
 * hold for another reason are dated by that reason, and badges that are due are awarded. Counts the history with and
 * without the change, since only the difference is its effect.
 */
export async function settleUser(context: CountingContext, tx: Session, settlement: Settlement): Promise<Settled> {
  const { userId, undone, taken = null, adjustment } = settlement
  const counts = await countBothWays(context, tx, { userId, undone, adjustment })
  const revoked = lostBadges(context, counts, taken)
  await removeBadges(context, tx, userId, revoked)
  if (undone) await undoGains(tx, context.tables, { ...undone, recordedAt: context.now() })
  if (adjustment) await writeKeyedGain(tx, context.tables, { userId, source: adjustmentSource, ...adjustment })
  const judging = judgingAfter(context, counts, { revoked, isUndated: isDeciderGone(context.compiled, counts) })
  const user: RecountedUser = { userId, fresh: [], revoked, judging: adjustment ? undefined : judging }
  return { revoked, awarded: await recountUsers(context, tx, [user]) }
}

async function removeBadges(
  context: CountingContext,
  tx: Session,
  userId: string,
  badges: readonly Badge[],
): Promise<void> {
  const badgeIds = badges.map(({ id }) => id)
  await deleteBadges(tx, context.tables, { userId, badgeIds })
  await recountPlaces(context, tx, badgeIds)
}

/** Awards a badge manually to a locked user who does not hold it, and stores what follows from it. */
export function settleAward(
  context: CountingContext,
  tx: Session,
  { userId, ...given }: GivenBadge & { readonly userId: string },
): Promise<BadgesByUser> {
  return recountUsers(context, tx, [{ userId, fresh: [], given }])
}

/**
 * Tells whether a locked user holds a badge only because it was awarded manually: neither completions nor other badges
 * support it.
 */
export async function isOnlyAwardedManually(
  context: CountingContext,
  tx: Session,
  { userId, badgeId }: { readonly userId: string; readonly badgeId: string },
): Promise<boolean> {
  const decided = await readDecision(tx, context.tables, { userId, badgeId })
  if (decided?.decision !== 'awarded') return false
  const counts = await countBothWays(context, tx, { userId })
  const { holdings } = counts
  const held = { held: holdings.badges, refused: refusedIn(holdings) }
  return standingAlone(context.compiled, basisAfter(counts), held).has(badgeId)
}

/** What happened to a pause of a locked user. */
export type PauseChange = { readonly userId: string; readonly pause: Pause; readonly change: 'entered' | 'deleted' }

/**
 * Counts a user after a pause was added or deleted: badges that were decided by its days are dated by what is
 * left. Entering a pause never removes a badge; taking one back removes the badges that only this pause kept up.
 */
export async function settlePause(
  context: CountingContext,
  tx: Session,
  { userId, pause, change }: PauseChange,
): Promise<Settled> {
  const calendarBefore = ({ pauses, ...holdings }: Holdings): Calendar =>
    userCalendar(context, {
      ...holdings,
      pauses: change === 'entered' ? withoutOne(pauses, pause) : [...pauses, pause],
    })
  const counts = await countBothWays(context, tx, { userId, calendarBefore })
  const revoked = change === 'entered' ? [] : lostBadges(context, counts, null)
  await removeBadges(context, tx, userId, revoked)
  const judging = judgingAfter(context, counts, { revoked, isUndated: isDeciderGone(context.compiled, counts) })
  return { revoked, awarded: await recountUsers(context, tx, [{ userId, fresh: [], revoked, judging }]) }
}

function withoutOne(pauses: readonly Pause[], { from, until, inDays = false }: Pause): readonly Pause[] {
  const place = pauses.findIndex(
    other =>
      Number(other.from) === Number(from) &&
      Number(other.until) === Number(until) &&
      (other.inDays ?? false) === inDays,
  )
  return pauses.filter((_, i) => i !== place)
}

function lostBadges({ compiled }: CountingContext, counts: CountBothWays, taken: string | null): readonly Badge[] {
  const { holdings } = counts
  return badgesLost(compiled, {
    before: basisOf(counts.before, holdings.ledger.completionPoints.points),
    after: basisAfter(counts),
    held: holdings.badges,
    safe: idsOf(safeBadges(compiled, holdings)),
    refused: refusedIn(holdings),
    taken,
  })
}

/** A completion that was undone earlier and is stored again, and the points that it offers itself. */
export type Redone = NewCompletion & { readonly offered: number }

/**
 * Finds the badges of a locked user whose dates may change because undone completions were recorded again. These badges
 * are then dated as if nothing had been undone. Reads the history once.
 */
export async function judgingAfterRedo(
  context: CountingContext,
  tx: Session,
  { userId, redone }: { readonly userId: string; readonly redone: readonly Redone[] },
): Promise<Pick<RecountedUser, 'judging' | 'isRestored'>> {
  const { compiled } = context
  const counts = await countBothWays(context, tx, { userId, redone: new Set(redone.map(keyText)) })
  const { calendar } = counts
  const isRestored: RecountedUser['isRestored'] = ({ id, earnedAt }) =>
    redone.some(completion => {
      const points = completion.offered
      return completion.completedAt <= earnedAt && countsFor(compiled, id, { ...completion, points }, calendar)
    })
  return { judging: judgingAfter(context, counts, { revoked: [], isUndated: isRestored }), isRestored }
}

type Change = { readonly revoked: readonly Badge[]; readonly isUndated: (badge: Badge) => boolean }

// Badges that stored completions supported at their dates and still support: these are dated by what is left. Safe
// badges keep their dates.
function judgingAfter(
  { compiled }: CountingContext,
  counts: CountBothWays,
  { revoked, isUndated }: Change,
): Judging | undefined {
  const { holdings, before } = counts
  const gone = idsOf(revoked)
  const left = holdings.badges.filter(({ id }) => !gone.has(id))
  const alone = standingAlone(compiled, basisAfter(counts), { held: left, refused: refusedIn(holdings) })
  const fixed = idsOf([...safeBadges(compiled, holdings), ...left.filter(({ id }) => alone.has(id))])
  const judged = left.filter(({ id }) => before.judged.has(id) && !fixed.has(id))
  return judgingOf(idsOf(judged), idsOf(judged.filter(isUndated)))
}

/** Returns the badges that no change of completions removes. */
export function safeBadges(compiled: CompiledCatalog, { badges, decisions }: Holdings): readonly Badge[] {
  return badges.filter(({ id }) => decisions.get(id) === 'awarded' || isKept(compiled, id))
}

function idsOf(badges: readonly Badge[]): ReadonlySet<string> {
  return new Set(badges.map(({ id }) => id))
}

// Whether what was undone counted for a badge exactly at its date: a completion, or a day that is now paused.
function isDeciderGone(compiled: CompiledCatalog, { undone, calendar }: CountBothWays): (badge: Badge) => boolean {
  return ({ id, earnedAt }) => {
    const ms = earnedAt.getTime()
    if (undone) return undone.completedAt.getTime() === ms && countsFor(compiled, id, undone, calendar)
    return calendar.isPaused(calendar.dayOf(ms)) && leavesOf(requirementOf(compiled, id)).some(isStreak)
  }
}

function isStreak(leaf: Leaf): boolean {
  return leaf.type === 'metric' && Boolean(leaf.streak)
}

function requirementOf(compiled: CompiledCatalog, badgeId: string): CompiledRequirement {
  return (milestoneOf(compiled, badgeId) as CompiledMilestone).requirement
}

// Whether a completion may decide a badge. `points`: the points that it is worth itself.
function countsFor(compiled: CompiledCatalog, badgeId: string, completion: Countable, calendar: Calendar): boolean {
  return leavesOf(requirementOf(compiled, badgeId)).some(leaf => {
    if (leaf.type === 'points' || leaf.type === 'level') return (completion.points ?? 0) > 0
    return (
      leaf.type === 'metric' &&
      leaf.metric.categories.includes(completion.category) &&
      leaf.metric.amountOf(completion, calendar) !== undefined
    )
  })
}

function basisAfter({ count, completionPoints }: CountBothWays): Basis {
  return basisOf(count, completionPoints)
}

/** Returns what badges rest on after a count. */
export function basisOf(count: HistoryCount, completionPoints: number): Basis {
  return { values: valuesOf(count), rows: rowsByMetric(count), completionPoints }
}

function valuesOf({ rows }: HistoryCount): ReadonlyMap<string, Decimal> {
  return new Map(rows.filter(({ part }) => part === wholePart).map(({ metric, row }) => [metric, row.value]))
}
