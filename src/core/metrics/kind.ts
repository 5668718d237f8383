import type { Weekday } from '../time/weekday.js'
import type { TimeWindow } from '../time/window.js'
import type { Decimal } from '../values/decimal.js'
import type { Metadata } from '../values/metadata.js'
import type { ObjectShape } from '../values/shape.js'
import type { Ceiling } from './ceiling.js'
import type { CompletionFilter } from './filter.js'
import type { Direction, PlainFold, SteppedCounting } from './metric.js'
import type { ValueDivision } from './part-counting.js'
import type { RefusalReason } from './refusal.js'
import type { StreakRule } from './streak-state.js'

/** A kind of metric. Everything that counts, checks or explains requirements uses it. */
export type MetricKind<Requirement extends CompletionFilter> = {
  /** The shape of a requirement in a catalog, with its target. */
  readonly shape: ObjectShape
  /** Finds the faults of a requirement that its shape cannot express. */
  readonly faults?: (requirement: Requirement, add: AddFault) => void
  /** How amounts are combined. A function if the kind counts in its own way. */
  readonly counting: PlainFold | ((requirement: Requirement, context: OwnCountingContext) => NamedCounting)
  /** Whether higher or lower is better. For a falling kind, amounts are negated before they are counted. */
  readonly direction: Direction
  /** Returns how to read the amount of a completion. Undefined if each completion counts as 1. */
  readonly readerOf: (requirement: Requirement) => AmountReader | undefined
  /** Returns why the reader found no amount. */
  readonly refusalOf: (requirement: Requirement, metadata: Metadata) => RefusalReason
  /** Returns the metadata property that it reads. It is part of the metric's name. */
  readonly subjectOf: (requirement: Requirement) => string | null
  /** Returns the property by whose values it is divided, if it is. */
  readonly divisionOf?: (requirement: Requirement) => (ValueDivision & { readonly noun: string }) | undefined
  /** Returns what else distinguishes the metric from others of its kind. Null for the usual case. */
  readonly peculiarityOf?: (requirement: Requirement) => unknown
  /** Returns the days of the week on which completions count, if not all do. */
  readonly daysOf?: (requirement: Requirement) => ReadonlySet<Weekday> | undefined
  /** Tells whether the database can count it by category and item alone. */
  readonly isTally?: (requirement: Requirement) => boolean
  /** Returns the rule of a streak, if it is one. */
  readonly streakRuleOf?: (requirement: Requirement) => StreakRule
  /** Null if a milestone over it cannot repeat. */
  readonly repeats: Repeats | null
  /** Lists the limits of the value that come from the items that can be completed. */
  readonly itemCeilings: (requirement: Requirement) => readonly Ceiling[]
  /** Lists the other limits of the value. `available`: when completions count. */
  readonly ceilings: (requirement: Requirement, available: TimeWindow | undefined) => readonly Ceiling[]
  /** Returns what one more repetition takes, if trivial completions are enough. Null if they are not. */
  readonly farmingOf: (requirement: Requirement) => Farming | null
}

/** Reads the amount of a completion. Undefined if it does not count. */
export type AmountReader = (metadata: Metadata) => Decimal | undefined

/** Notes a fault at a place in the requirement. */
export type AddFault = (keys: readonly PropertyKey[], problem: string, fix: string) => void

/**
 * What a kind's own way of counting depends on. `isRepeated`: the value is the number of times that the target was
 * reached.
 */
export type OwnCountingContext = { readonly isRepeated: boolean }

/** A way of counting, with its name. */
export type NamedCounting = {
  /** The first word of the metric's name. */
  readonly name: string
  readonly counting: PlainFold | SteppedCounting
  readonly usesDays: boolean
}

/** How milestones over a kind of metric repeat. */
export type Repeats = {
  /** Whether the value alone never shows how often the target was reached. */
  readonly needOwnCounting: boolean
  /** Whether a cooldown is possible, if the metric does not count different values. */
  readonly canCool: boolean
}

/** What one more repetition takes. `amount`: `5 completions`. */
export type Farming = { readonly takesOne: boolean; readonly amount: string }
