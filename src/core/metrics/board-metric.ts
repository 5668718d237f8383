import { type BoardPeriods, labelAt } from '../time/board-periods.js'
import { utf8Length } from '../values/code-points.js'
import { addDecimals, compareDecimals, type Decimal, negated } from '../values/decimal.js'
import { kindOf, type MetricRequirement } from './kinds.js'
import {
  type Countable,
  type Digest,
  type Metric,
  type MetricRow,
  type MetricRows,
  type Step,
  type SteppedCounting,
  wholePart,
} from './metric.js'
import { metricNameLimit, metricOf } from './metric-of.js'
import { type ValueDivision, valuePart } from './part-counting.js'

/**
 * Builds the metric of boards: for each of their periods a row that ranks users. Its part is the label of the period, its
 * value what the user has done in it, and `lastAt` when the user reached this value, in order of time. Rows that the
 * counting itself needs have parts that begin with `=`.
 */
export function boardMetricOf(
  requirement: MetricRequirement,
  periods: readonly BoardPeriods[],
  digest: Digest,
): Metric {
  const base = metricOf(requirement, { digest, available: undefined })
  const name = `board:${base.name}`
  const values = kindOf(requirement).divisionOf?.(requirement)
  const stepIn = values
    ? dividedStep(values, digest)
    : typeof base.counting === 'object'
      ? innerStep(base.counting)
      : base.counting === 'sum'
        ? sumStep
        : maximumStep
  return {
    ...base,
    name: utf8Length(name) <= metricNameLimit ? name : `board:#${digest(name)}`,
    tally: null,
    counting: rankedCounting(stepIn, ({ completedAt }) => labelsAt(periods, completedAt.getTime())),
  }
}

function labelsAt(periods: readonly BoardPeriods[], ms: number): readonly string[] {
  const labels = periods.map(each => labelAt(each, ms)).filter(label => label !== null)
  return labels.length > 1 ? [...new Set(labels)] : labels
}

/** Counts a completion in one period. */
type PeriodStep = {
  /** Returns the part of a row that is needed besides that of the period, without the label. Null if none is. */
  readonly partOf: (completion: Countable) => string | null
  /** Returns the rows that change, by part: `own` is that of {@link partOf}. Null if the rows are not enough to tell. */
  readonly step: (rows: PeriodRows, step: Step) => Partial<PeriodRows> | null
}

/** The rows of one period: that which ranks the user, and one that the counting needs. */
type PeriodRows = { readonly ranked: MetricRow | undefined; readonly own: MetricRow | undefined }

function rankedCounting(
  { partOf, step: stepIn }: PeriodStep,
  labelsOf: (completion: Countable) => readonly string[],
): SteppedCounting {
  const ownPart = (label: string, completion: Countable): string | null => {
    const part = partOf(completion)
    return part === null ? null : `=${label}${part}`
  }
  return {
    // A board decides no badge, so which completion led to a badge does not depend on it.
    isOrderFree: true,
    isStrict: false,
    usesLatest: true,
    countsTimes: false,
    partsOf: completion => labelsOf(completion).flatMap(label => [label, ownPart(label, completion) ?? []].flat()),
    step: (rows, step) => {
      const changed: MetricRows = new Map()
      for (const label of labelsOf(step.completion)) {
        const part = ownPart(label, step.completion)
        const before = { ranked: rows.get(label), own: part === null ? undefined : rows.get(part) }
        const after = stepIn(before, step)
        if (after === null) return false
        if (after.ranked) changed.set(label, after.ranked)
        if (after.own) changed.set(part!, after.own)
      }
      for (const [part, row] of changed) rows.set(part, row)
      return true
    },
    idlenessOf: () => undefined,
    stretchOf: () => null,
    present: () => undefined,
  }
}

const nothingChanges = {}

const sumStep: PeriodStep = {
  partOf: () => null,
  step: ({ ranked }, { completion, amount }) => ({ ranked: raised(ranked, amount, completion.completedAt) }),
}

const maximumStep: PeriodStep = {
  partOf: () => null,
  step: ({ ranked }, { completion: { completedAt: at }, amount }) => {
    const order = ranked ? compareDecimals(amount, ranked.value) : 1
    const isBetter = order > 0 || (order === 0 && at < ranked!.lastAt)
    return isBetter ? { ranked: { value: amount, lastAt: at } } : nothingChanges
  },
}

// Adds what a distinct value brings beyond what it brought before. Of a value that counted later with as much, only the
// history shows when the user would have reached the sum.
function dividedStep({ property, take }: ValueDivision, digest: Digest): PeriodStep {
  return {
    partOf: ({ metadata }) => valuePart(metadata[property], digest),
    step: ({ ranked, own }, { completion: { completedAt: at }, amount }) => {
      const is = take === 'first' ? 1 : amount
      const was = own?.value ?? 0
      if (own && at < own.lastAt && compareDecimals(is, was) >= 0) return null
      if (compareDecimals(is, was) <= 0) return nothingChanges
      return { ranked: raised(ranked, addDecimals(is, negated(was)), at), own: { value: is, lastAt: at } }
    },
  }
}

function raised(row: MetricRow | undefined, amount: Decimal, at: Date): MetricRow {
  if (!row) return { value: amount, lastAt: at }
  return { value: addDecimals(row.value, amount), lastAt: at > row.lastAt ? at : row.lastAt }
}

// A streak counts in its own way, in each period from the beginning. Of a completion from before the last that changed it,
// only the history shows when the streak became so long.
function innerStep(counting: SteppedCounting): PeriodStep {
  return {
    partOf: () => '',
    step: ({ ranked, own }, step) => {
      const at = step.completion.completedAt
      if (own && at < own.lastAt) return null
      const rows: MetricRows = new Map(own ? [[wholePart, own]] : [])
      if (!counting.step(rows, step)) return null
      const is = rows.get(wholePart)
      if (!is || is === own) return nothingChanges
      const isLonger = compareDecimals(is.value, ranked?.value ?? 0) > 0
      return { own: is, ...(isLonger && { ranked: { value: is.value, lastAt: at } }) }
    },
  }
}
