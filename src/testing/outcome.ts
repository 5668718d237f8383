import { type Badge, badgeFromRow } from '../core/awards/badge.js'
import { gainsOf as badgeGainsOf } from '../core/awards/badge-gains.js'
import type { CompiledCatalog } from '../core/awards/compile.js'
import { type CompletionGain, gainsOf } from '../core/awards/completion-gain.js'
import { type DueBadge, rowsByMetric, startCount } from '../core/awards/count-history.js'
import { stateOf } from '../core/awards/decide.js'
import { pointsIn } from '../core/awards/divide-offers.js'
import type { CountedRow } from '../core/awards/fold.js'
import { compareInTime } from '../core/awards/replay.js'
import { levelAt } from '../core/catalog/level.js'
import { type Countable, wholePart } from '../core/metrics/metric.js'
import { earnedDates, expiryDates } from '../core/progress/named-badge.js'
import { type MilestoneProgress, progressOf } from '../core/progress/progress.js'
import type { Calendar } from '../core/time/calendar.js'
import type { NewCompletion } from '../core/users/completion.js'
import { calendarIn, type Scenario } from './scenario.js'

/** A badge that the user holds. */
export type HeldBadge<Id extends string = string, Unlock extends string = string> = Omit<Badge<Id, Unlock>, 'awardedBy'>

/** The result of a scenario. */
export type Outcome = {
  readonly compiled: CompiledCatalog
  readonly calendar: Calendar
  /** In order of their dates. */
  readonly badges: readonly HeldBadge[]
  readonly points: number
  /** Coins by currency, of badges and completions. */
  readonly balance: Readonly<Record<string, number>>
  /** The part of the points that completions gave by themselves. */
  readonly completionPoints: number
  readonly level: number
  readonly rows: readonly CountedRow[]
}

/** Counts a scenario as a recount of its completions does, in order of time. */
export function outcomeOf(scenario: Scenario): Outcome {
  const { compiled } = scenario
  const calendar = calendarIn(scenario)
  const gains = gainsInTime(scenario, calendar)
  const completions = gains.map(({ completion, own }) => ({ ...completion, points: pointsIn(own) }))
  const counter = startCount(compiled, { badges: [], calendar, refused: new Set() })
  for (const completion of completions) counter.add(completion)
  const { due, rows } = counter.finish()
  const badges = due.map(heldBadge)
  const completionPoints = completions.reduce((sum, { points }) => sum + points, 0)
  const points = badges.reduce((sum, badge) => sum + badge.points, completionPoints)
  const { level } = levelAt(compiled.catalog.levels, points)
  const balance = balanceOf(compiled, [...gains.flatMap(({ own }) => own), ...badges.flatMap(badgeGainsOf)])
  return { compiled, calendar, badges, points, balance, completionPoints, level, rows }
}

/** Measures the progress of every milestone that the user may see, at an instant. */
export function progressIn(
  { compiled, calendar, badges, completionPoints, rows }: Outcome,
  now: Date,
): MilestoneProgress[] {
  const byMetric = rowsByMetric({ rows })
  const values = new Map([...byMetric].map(([name, parts]) => [name, parts.get(wholePart)?.value ?? 0]))
  const { repeatableIds } = compiled
  const earnedAtById = earnedDates(badges, repeatableIds)
  const state = stateOf({ badges, completionPoints, values, rows: byMetric, calendar, repeatableIds })
  const expiresAtById = expiryDates(badges, repeatableIds)
  return progressOf(compiled, { state, earnedAtById, expiresAtById, rows: byMetric, now, calendar })
}

/** Measures the progress of one milestone, also of one that the user may not see. */
export function progressTo(id: string, outcome: Outcome, now: Date): MilestoneProgress | undefined {
  const { compiled } = outcome
  const milestones = compiled.catalog.milestones.map(milestone => ({ ...milestone, hidden: false }))
  const shown = { ...outcome, compiled: { ...compiled, catalog: { ...compiled.catalog, milestones } } }
  return progressIn(shown, now).find(progress => progress.id === id)
}

type GainingCompletion = { readonly completion: NewCompletion & Countable; readonly own: readonly CompletionGain[] }

function gainsInTime({ compiled, completions }: Scenario, calendar: Calendar): readonly GainingCompletion[] {
  const inTime = [...completions].sort(compareInTime)
  const gains = gainsOf(compiled.pointsRulesByCategory, inTime, { calendar, gained: new Map() })
  return inTime.map((completion, i) => ({ completion, own: gains[i]! }))
}

type CoinGain = { readonly currency?: string | undefined; readonly points: number }

function balanceOf({ catalog }: CompiledCatalog, gains: readonly CoinGain[]): Outcome['balance'] {
  const sumOf = (name: string): number =>
    gains.reduce((sum, { currency, points }) => (currency === name ? sum + points : sum), 0)
  return Object.fromEntries(catalog.currencies.map(name => [name, sumOf(name)]))
}

function heldBadge({ milestone, at }: DueBadge): HeldBadge {
  const { awardedBy: _, ...badge } = badgeFromRow({
    itemKey: milestone.milestone.id,
    metadata: milestone.badge,
    completedAt: at,
  })
  return badge
}
