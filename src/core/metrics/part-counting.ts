import { countedDay } from '../time/calendar.js'
import { type PeriodUnit, periodLabel, periodOf, utcDay } from '../time/period.js'
import { periodAround } from '../time/stretch.js'
import { utf8Length } from '../values/code-points.js'
import { addDecimals, compareDecimals, type Decimal, maxDecimal, negated } from '../values/decimal.js'
import {
  type Countable,
  type Digest,
  foldAmount,
  type MetricRows,
  type PlainFold,
  putRow,
  type Step,
  type SteppedCounting,
  wholePart,
} from './metric.js'

/**
 * How a metric is divided by the values of a metadata property. `first`: each value counts as 1, once. `best`: each value counts with its
 * highest amount.
 */
export type ValueDivision = { readonly property: string; readonly take: 'first' | 'best' }

/** How a metric is divided: by calendar period, by the values of a property, or by both. */
export type Division = {
  readonly unit: PeriodUnit | undefined
  readonly values: ValueDivision | undefined
  readonly fold: PlainFold
  /** If set, the whole is the number of periods that reach it. Otherwise it is the best period. */
  readonly reach: Decimal | undefined
  readonly digest: Digest
}

/**
 * Counts with a row for each calendar period and each distinct value, so that a late completion finds the row it
 * belongs to. The result does not depend on the order of completions.
 */
export function partCounting(division: Division): SteppedCounting {
  const { unit, values, digest } = division
  const valuePartOf = (completion: Countable): string =>
    values ? valuePart(completion.metadata[values.property], digest) : ''
  const partOf = (rows: MetricRows, step: Step): string => {
    const label = unit === undefined ? wholePart : labelOf(unit, dayOf(unit, rows, step))
    return label + valuePartOf(step.completion)
  }
  return {
    isOrderFree: true,
    isStrict: false,
    usesLatest: true,
    partsOf: completion => {
      const value = valuePartOf(completion)
      if (unit === undefined) return [value]
      const labels = labelsAround(unit, completion.completedAt)
      return values ? [...labels, ...labels.map(label => label + value)] : labels
    },
    step: (rows, step) => {
      if (unit !== undefined && isInDoubt(rows, step)) return false
      const label = unit === undefined ? wholePart : labelOf(unit, dayOf(unit, rows, step))
      const amount = values ? addValue(rows, label + valuePartOf(step.completion), { step, values }) : step.amount
      addAmount(rows, { label, amount, at: step.completion.completedAt }, division)
      return true
    },
    countsTimes: division.reach !== undefined,
    idlenessOf: (rows, step, counted) => {
      if (!values) return undefined
      const part = partOf(rows, step)
      const before = rows.get(part)
      if (values.take === 'first') return before ? 'not-distinct' : undefined
      const isBest = compareDecimals(counted.get(part)?.value ?? 0, step.amount) <= 0
      return isBest && (!before || compareDecimals(before.value, step.amount) < 0) ? undefined : 'not-best'
    },
    stretchOf: (rows, step) => (unit === undefined ? null : periodAround(unit, dayOf(unit, rows, step))),
    present: ({ whole, partAt, now, calendar }) => {
      if (unit === undefined) return whole?.value ?? 0
      const hasCounted = (day: number): boolean => compareDecimals(partAt(labelOf(unit, day)), 0) > 0
      return partAt(labelOf(unit, countedDay(calendar, now.getTime(), hasCounted)))
    },
  }
}

/** Tells whether `distinct` counts a metadata value. */
export function isDistinctValue(value: unknown): boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  )
}

/** Lists the periods to which an instant may belong in any time zone. */
export function labelsAround(unit: PeriodUnit, at: Date): readonly string[] {
  const day = utcDay(at.getTime())
  const latest = latestLabels.get(unit)
  if (latest?.day === day) return latest.labels
  const labels = [...new Set([day - 1, day, day + 1].map(near => periodLabel(unit, periodOf(unit, near))))]
  latestLabels.set(unit, { day, labels })
  return labels
}

// Completions that are recorded together are usually on the same day.
const latestLabels = new Map<PeriodUnit, { readonly day: number; readonly labels: readonly string[] }>()

// Near a change of time zone, the order in time decides on which day a completion counts.
function isInDoubt(rows: MetricRows, { completion: { completedAt }, calendar }: Step): boolean {
  const whole = rows.get(wholePart)
  return whole !== undefined && completedAt < whole.lastAt && calendar.isNearChange(completedAt.getTime())
}

function dayOf(unit: PeriodUnit, rows: MetricRows, { completion, calendar }: Step): number {
  return countedDay(calendar, completion.completedAt.getTime(), day => rows.has(labelOf(unit, day)))
}

function labelOf(unit: PeriodUnit, day: number): string {
  const latest = latestLabel.get(unit)
  if (latest?.day === day) return latest.label
  const label = periodLabel(unit, periodOf(unit, day))
  latestLabel.set(unit, { day, label })
  return label
}

const latestLabel = new Map<PeriodUnit, { readonly day: number; readonly label: string }>()

type ValueStep = { readonly step: Step; readonly values: ValueDivision }

// Returns what the value adds to the period or the whole: nothing if it counted there already, with as much.
function addValue(rows: MetricRows, part: string, { step, values }: ValueStep): Decimal {
  const before = rows.get(part)?.value ?? 0
  const after = values.take === 'first' ? 1 : maxDecimal(before, step.amount)
  putRow(rows, part, { value: after, at: step.completion.completedAt })
  return addDecimals(after, negated(before))
}

type Addition = { readonly label: string; readonly amount: Decimal; readonly at: Date }

function addAmount(rows: MetricRows, { label, amount, at }: Addition, { unit, fold, reach }: Division): void {
  const before = rows.get(label)?.value ?? 0
  const after = foldAmount(fold, before, amount)
  putRow(rows, label, { value: after, at })
  if (unit === undefined) return
  const whole = rows.get(wholePart)?.value ?? 0
  const value = reach === undefined ? maxDecimal(whole, after) : (whole as number) + timesReached(reach, before, after)
  putRow(rows, wholePart, { value, at })
}

function timesReached(reach: Decimal, before: Decimal, after: Decimal): 0 | 1 {
  return compareDecimals(before, reach) < 0 && compareDecimals(after, reach) >= 0 ? 1 : 0
}

const partLimit = 80

/** Writes a metadata value as part of a key, with its type: the text "1" differs from the number 1. */
export function valuePart(value: unknown, digest: Digest): string {
  const text = `=${JSON.stringify(value)}`
  return utf8Length(text) <= partLimit ? text : `#${digest(text)}`
}
