import { attributeBySearch, attributeInOrder, countsInAnyOrder, isInTime } from '../../core/awards/attribution.js'
import type { CompiledCatalog, CompiledMilestone } from '../../core/awards/compile.js'
import { stateOf, type UserState } from '../../core/awards/decide.js'
import { compareInTime, type Due, replay } from '../../core/awards/replay.js'
import { type CompletionPoints, laterOf } from '../../core/awards/standing.js'
import { wholePart } from '../../core/metrics/metric.js'
import type { Decimal } from '../../core/values/decimal.js'
import type { Session } from '../../store/database/session.js'
import { type Holdings, readHoldings, refusedIn, without } from '../../store/progress/holdings.js'
import type { NewStanding } from '../../store/progress/standings.js'
import { type BadgesByUser, type DueAward, type HeldBefore, saveAwards } from '../awards/award.js'
import { takePlaces } from '../awards/places.js'
import type { CountingContext } from '../context/context.js'
import { asAdded, copiedRows, type FreshCompletion, type FreshUser } from '../recount/fresh-user.js'
import type { CrossingUser, RaisedUsers } from './raise.js'

/** What users were awarded, and the users whose awards cannot be dated without reading their history. */
export type CrossingAwards = { readonly awarded: BadgesByUser; readonly late: readonly FreshUser[] }

/**
 * Decides what users who crossed a target earned, following cascades to the end, and stores awards, standings and
 * gains.
 */
export async function awardCrossings(
  context: CountingContext,
  tx: Session,
  { crossing, others }: Pick<RaisedUsers, 'crossing' | 'others'>,
): Promise<CrossingAwards> {
  const userIds = crossing.map(({ userId }) => userId)
  const holdings =
    userIds.length > 0 ? await readHoldings(tx, context.tables, { userIds }) : new Map<string, Holdings>()
  const late: FreshUser[] = []
  const due: DueAward[] = []
  const held = new Map<string, HeldBefore>()
  const gaining = others.filter(hasGains)
  const settled: FreshUser[] = []
  // A user whose awards are late takes no place here: the recount does.
  const decided = await takePlaces(context, tx, crossing, {
    decide: async candidates => {
      const decisions: Decision[] = []
      for (const { user, full } of candidates) {
        const own = without(holdings.get(user.userId)!, full)
        decisions.push({ user, own, awards: await dueFor(context, user, own) })
      }
      return decisions
    },
    dueIn: ({ awards }) => (awards === 'late' ? [] : awards),
  })
  for (const { user, own, awards } of decided) {
    if (awards === 'late') {
      late.push(user)
    } else if (awards.length > 0) {
      due.push(...awards)
      held.set(user.userId, { ...own, completionPoints: completionPointsAfter(user) })
      settled.push(user)
    } else if (hasGains(user)) {
      gaining.push(user)
    }
  }
  if (held.size === 0 && gaining.length === 0) return { awarded: new Map(), late }
  const gains = [...settled, ...gaining].flatMap(user => user.gains)
  const standings = gaining.map(standingAfter)
  return { awarded: await saveAwards(context, tx, { due, held, standings, gains, countedWith: null }), late }
}

type Decision = {
  readonly user: CrossingUser
  readonly own: Holdings
  readonly awards: readonly DueAward[] | 'late'
}

function hasGains({ gains }: FreshUser): boolean {
  return gains.length > 0
}

/** Adds the points that the new completions themselves are worth. */
function completionPointsAfter({ standing, gains }: FreshUser): CompletionPoints {
  return gains.reduce<CompletionPoints>(
    // Coins are no points, and a completion that gets none because of a cap is not a gain.
    (sum, { points, at, currency }) =>
      points === 0 || currency !== undefined ? sum : { points: sum.points + points, lastAt: laterOf(sum.lastAt, at) },
    standing.completionPoints,
  )
}

function standingAfter(user: FreshUser): NewStanding {
  const { userId, standing } = user
  const completionPoints = completionPointsAfter(user)
  const points = standing.points + completionPoints.points - standing.completionPoints.points
  const reachedAt = laterOf(standing.reachedAt, completionPoints.lastAt)
  return { userId, points, badgeCount: standing.badgeCount, reachedAt, completionPoints, changeCount: 0 }
}

async function dueFor(
  { compiled }: CountingContext,
  user: CrossingUser,
  holdings: Holdings,
): Promise<readonly DueAward[] | 'late'> {
  const { userId, fresh } = user
  const start = (): UserState => stateBefore(compiled, user, holdings)
  const decide = (completions: readonly FreshCompletion[]): Due<FreshCompletion>[] =>
    replay(compiled, start(), completions)
  const state = start()
  const dated = replay(compiled, state, [...fresh].sort(compareInTime))
  if (state.isInDoubt) return 'late'
  if (dated.some(({ milestone, at }) => at.completedAt < certainFrom(milestone, user, holdings))) return 'late'
  if (dated.length === 0) return []
  const ids = dated.map(({ milestone }) => milestone.milestone.id)
  // The order in time gives the dates; the order given decides which completion is named as the cause. Usually they
  // agree.
  const broughtBy =
    isInTime(fresh) || (!user.dependsOnOrder && countsInAnyOrder(compiled, fresh, user.calendar))
      ? attributeInOrder(compiled, start(), fresh.map(asAdded))
      : await attributeBySearch(fresh, ids, beginning => idsOf(decide(user.inTime(beginning))))
  return dated.map(({ milestone, at }) => {
    return { userId, milestone, at: at.completedAt, by: broughtBy.get(milestone.milestone.id) ?? null }
  })
}

function idsOf(due: readonly Due<unknown>[]): ReadonlySet<string> {
  return new Set(due.map(({ milestone }) => milestone.milestone.id))
}

function stateBefore(
  { repeatableIds }: CompiledCatalog,
  { raised, rows, calendar, standing }: CrossingUser,
  holdings: Holdings,
): UserState {
  const { metrics, badges } = holdings
  const values = new Map<string, Decimal>()
  for (const [name, parts] of metrics) {
    const whole = parts.get(wholePart)!
    values.set(name, raised.has(name) ? whole.previous : whole.value)
  }
  return stateOf({
    badges,
    completionPoints: standing.completionPoints.points,
    reserved: refusedIn(holdings),
    values,
    rows: copiedRows(rows),
    calendar,
    repeatableIds,
  })
}

/**
 * Returns the instant from which on an award's date is certain. An earlier date would rest on completions that arrived
 * late and were counted after newer ones: only the history shows the true date. For a single metric the instant is that
 * metric's own latest completion; for everything else it is the latest instant known of the user.
 */
function certainFrom(
  { requirement }: CompiledMilestone,
  { raised, standing }: CrossingUser,
  { metrics, badges }: Holdings,
): Date {
  const latestOf = (name: string): Date | null => {
    const whole = metrics.get(name)?.get(wholePart)
    return (raised.has(name) ? whole?.previousAt : whole?.lastAt) ?? null
  }
  if (requirement.type === 'metric') return latestOf(requirement.metric.name) ?? longAgo
  const instants = [...[...metrics.keys()].map(latestOf), ...badges.map(({ earnedAt }) => earnedAt)]
  return instants.reduce(laterOf, standing.completionPoints.lastAt) ?? longAgo
}

const longAgo = new Date(-8.64e15)
