import { isInTime } from '../../core/awards/attribution.js'
import type { CompiledCatalog } from '../../core/awards/compile.js'
import {
  type CompletionGain,
  dependsOnOrder,
  type GainView,
  gainsOf,
  limitsOf,
  type RulesByCategory,
  takesRoom,
} from '../../core/awards/completion-gain.js'
import { pointsIn } from '../../core/awards/divide-offers.js'
import { compareInTime } from '../../core/awards/replay.js'
import type { Standing } from '../../core/awards/standing.js'
import { type Metric, type MetricRow, wholePart } from '../../core/metrics/metric.js'
import type { Calendar } from '../../core/time/calendar.js'
import type { NewCompletion } from '../../core/users/completion.js'
import type { Session } from '../../store/database/session.js'
import type { Gain } from '../../store/progress/ledger.js'
import { type LimitKey, type RowKey, readSurroundings, type Surroundings } from '../../store/progress/surroundings.js'
import { userCalendar } from '../context/calendar.js'
import type { CountingContext } from '../context/context.js'
import type { Locked } from '../context/locked.js'

/** A completion that this transaction stored, and the points that it is worth itself, if any. */
export type FreshCompletion = NewCompletion & {
  readonly points?: number
  /**
   * The points that it added when it was recorded, after the completions before it in the order given. Its share under
   * a cap may differ. Not exact if what is given depends on the order in time.
   */
  readonly added?: number
}

/** Stored rows of metrics, by name, then by part. */
export type MetricRowsByName = ReadonlyMap<string, ReadonlyMap<string, MetricRow>>

/**
 * Returns a completion with the points that it added in the order given. These points, not its share under a cap,
 * decide which completion is named as the cause of a badge.
 */
export function asAdded(completion: FreshCompletion): FreshCompletion {
  return completion.added === completion.points ? completion : { ...completion, points: completion.added ?? 0 }
}

/** A locked user with newly stored completions. */
export type FreshUser = {
  readonly userId: string
  /** In the order given. */
  readonly fresh: readonly FreshCompletion[]
  readonly isCurrent: boolean
  /** As it was before these completions. */
  readonly standing: Standing
  readonly calendar: Calendar
  /** Rows of stepped metrics that the completions may change, as they were before; by metric name, then by part. */
  readonly rows: MetricRowsByName
  readonly gains: readonly Gain[]
  /** Whether limits may reduce what earlier recordings were worth: only the history can decide. */
  readonly takesRoom: boolean
  /** Whether what completions are worth together depends on their order in time. */
  readonly dependsOnOrder: boolean
  /** Returns the first of these completions in order of time, with what they are worth without the others. */
  readonly inTime: (beginning: readonly FreshCompletion[]) => readonly FreshCompletion[]
}

/** Reads what recording needs to know about users, and sets the points that their completions themselves are worth. */
export async function freshUsers(
  context: CountingContext,
  tx: Session,
  {
    byUser,
    locked,
  }: {
    readonly byUser: ReadonlyMap<string, readonly NewCompletion[]>
    readonly locked: Locked
  },
): Promise<readonly FreshUser[]> {
  const surroundings = await surroundingsOf(context, tx, byUser)
  return [...byUser].map(([userId, completions]) => {
    const { rows = noRows, gained = noGains, ...days } = surroundings.get(userId) ?? {}
    const calendar = userCalendar(context, days)
    const { countedWith, standing } = locked.users.get(userId)!
    const isCurrent = countedWith === locked.current
    const view = { calendar, gained, lastAt: standing.completionPoints.lastAt }
    return { userId, isCurrent, standing, calendar, rows, ...withGains(context, completions, view) }
  })
}

const noRows: MetricRowsByName = new Map()
const noGains: GainView['gained'] = new Map()

const noneGained: readonly Gain[] = []
const sortedInTime = (completions: readonly FreshCompletion[]): readonly FreshCompletion[] =>
  [...completions].sort(compareInTime)

type Gaining = Pick<FreshUser, 'fresh' | 'gains' | 'takesRoom' | 'dependsOnOrder' | 'inTime'>

function withGains(
  { compiled: { pointsRulesByCategory: rules } }: CountingContext,
  completions: readonly NewCompletion[],
  view: GainView & { readonly lastAt: Date | null },
): Gaining {
  if (rules.size === 0)
    return { fresh: completions, gains: noneGained, takesRoom: false, dependsOnOrder: false, inTime: sortedInTime }
  const added = gainsOf(rules, completions, view)
  const shares = isInTime(completions) ? added : sharesInTime(rules, completions, view)
  const dated = completions.map(({ completedAt }, i) => ({ completedAt, gains: shares[i]! }))
  return {
    dependsOnOrder: dependsOnOrder(shares.flat()),
    inTime: beginning => {
      const sorted = sortedInTime(beginning)
      return gainsOf(rules, sorted, view).map((gains, i) => ({ ...sorted[i]!, points: pointsIn(gains) }))
    },
    fresh: completions.map((completion, i) => ({
      ...completion,
      points: pointsIn(shares[i]!),
      added: pointsIn(added[i]!),
    })),
    gains: completions.flatMap(({ userId, category, itemKey, completedAt: at }, i) =>
      shares[i]!.map(gain => ({ userId, category, itemKey, at, ...gain })),
    ),
    takesRoom: takesRoom(dated, view),
  }
}

// Limits leave their points to the completions that are first in time, in whatever order they are recorded.
function sharesInTime(
  rules: RulesByCategory,
  completions: readonly NewCompletion[],
  view: GainView,
): readonly (readonly CompletionGain[])[] {
  const inTime = [...completions].sort(compareInTime)
  const gains = gainsOf(rules, inTime, view)
  const shareOf = new Map(inTime.map((completion, i) => [completion, gains[i]!]))
  return completions.map(completion => shareOf.get(completion)!)
}

async function surroundingsOf(
  { compiled, tables }: CountingContext,
  tx: Session,
  byUser: ReadonlyMap<string, readonly NewCompletion[]>,
): Promise<ReadonlyMap<string, Surroundings>> {
  const needs: Needs = { userIds: [], rows: [], limits: [], withFreezes: compiled.hasFreezes }
  for (const [userId, completions] of byUser) need(compiled, needs, userId, completions)
  return readSurroundings(tx, tables, needs)
}

type Needs = {
  readonly userIds: string[]
  readonly rows: RowKey[]
  readonly limits: LimitKey[]
  readonly withFreezes: boolean
}

function need(compiled: CompiledCatalog, needs: Needs, userId: string, completions: readonly NewCompletion[]): void {
  // A single completion never asks for the same row twice.
  const known = completions.length > 1 ? new Set<string>() : null
  const isNew = (name: string, part: string): boolean => !known || known.size < known.add(`${name}\u0000${part}`).size
  let asksForDays = false
  for (const completion of completions) {
    for (const metric of compiled.metricsByCategory.get(completion.category) ?? []) {
      asksForDays ||= metric.asksForDays
      for (const part of partsOf(metric, completion)) {
        if (isNew(metric.name, part)) needs.rows.push({ userId, metric: metric.name, part })
      }
    }
    for (const rule of compiled.pointsRulesByCategory.get(completion.category) ?? []) {
      asksForDays ||= rule.asksForDays && rule.isOffered(completion)
    }
    for (const { source, bucket } of limitsOf(compiled.pointsRulesByCategory, completion)) {
      if (isNew(source, bucket)) needs.limits.push({ userId, source, bucket })
    }
  }
  if (asksForDays) needs.userIds.push(userId)
}

const onlyWholePart: readonly string[] = [wholePart]
const none: readonly string[] = []

function partsOf({ counting }: Metric, completion: NewCompletion): readonly string[] {
  if (typeof counting !== 'object') return none
  const parts = counting.partsOf(completion)
  return parts.length === 0 ? onlyWholePart : [wholePart, ...parts]
}

/** Copies rows so that stepping does not change the rows of the user. */
export function copiedRows(rows: MetricRowsByName): Map<string, Map<string, MetricRow>> {
  return new Map([...rows].map(([metric, parts]) => [metric, new Map(parts)]))
}
