import type { z } from 'zod'
import type { TimeWindow } from '../time/window.js'
import type { Decimal } from '../values/decimal.js'
import type { Metadata } from '../values/metadata.js'
import type { Ceiling } from './ceiling.js'
import type { CompletionFilter } from './filter.js'
import type { Direction, PlainFold, SteppedCounting } from './metric.js'
import type { RefusalReason } from './refusal.js'
import type { StreakRule } from './streak-counting.js'

/** What one kind of metric is. All that counts, checks and explains requirements reads it. */
export type MetricKind<Requirement extends CompletionFilter> = {
  /** The shape of a requirement in a catalog, with its target. */
  readonly shape: z.ZodObject
  /** Finds what is wrong with a requirement beyond its shape. */
  readonly faults?: (requirement: Requirement, add: AddFault) => void
  /** How amounts come together. A function where the kind does not fold amounts but counts in its own way. */
  readonly counting: PlainFold | ((requirement: Requirement, context: OwnCountingContext) => NamedCounting)
  /** Whether higher or lower is better. What a falling kind reads is negated before it is counted. */
  readonly direction: Direction
  /** Says how to read the amount of a completion; undefined where each brings 1. */
  readonly readerOf: (requirement: Requirement) => AmountReader | undefined
  /** Says why the reader found no amount. */
  readonly refusalOf: (requirement: Requirement, metadata: Metadata) => RefusalReason
  /** Gives the metadata property that it reads; a part of the metric's name. */
  readonly subjectOf: (requirement: Requirement) => string | null
  /** Gives the property whose values are counted once each. */
  readonly distinctOf?: (requirement: Requirement) => string | undefined
  /** Gives what else sets the metric apart from others of its kind; null for the usual. */
  readonly peculiarityOf?: (requirement: Requirement) => number | null
  /** Tells whether the database can count it by category and item alone. */
  readonly isTally?: (requirement: Requirement) => boolean
  /** Gives the rule of a streak, where it is one. */
  readonly streakRuleOf?: (requirement: Requirement) => StreakRule
  /** Null where a milestone over it cannot come again. */
  readonly repeats: Repeats | null
  /** Lists what bounds the value by the items that can be completed. */
  readonly itemCeilings: (requirement: Requirement) => readonly Ceiling[]
  /** Lists what else bounds the value. `available`: when completions count. */
  readonly ceilings: (requirement: Requirement, available: TimeWindow | undefined) => readonly Ceiling[]
  /** Says what brings one more repetition where trivial completions are enough; null where they are not. */
  readonly farmingOf: (requirement: Requirement) => Farming | null
}

/** Reads what a completion brings; undefined where it does not count. */
export type AmountReader = (metadata: Metadata) => Decimal | undefined

/** Notes a fault at a place within the requirement. */
export type AddFault = (keys: readonly PropertyKey[], problem: string, fix: string) => void

/** What counting of its own depends on. `isRepeated`: the value is how often the target is reached. */
export type OwnCountingContext = { readonly isRepeated: boolean }

/** Counting and what it is called. */
export type NamedCounting = {
  /** The first word of the metric's name. */
  readonly name: string
  readonly counting: PlainFold | SteppedCounting
  readonly usesDays: boolean
}

/** How milestones over a kind of metric come again. */
export type Repeats = {
  /** Whether the value alone never tells how often the target was reached. */
  readonly needOwnCounting: boolean
  /** Whether a cooldown is possible, where values are not counted once each. */
  readonly canCool: boolean
}

/** What one more repetition takes. `amount`: `5 completions`. */
export type Farming = { readonly takesOne: boolean; readonly amount: string }
