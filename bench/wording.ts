import type { Comparison } from './alternation.js'

/** Says two rates, and how far the ratio of single rounds went apart. */
export function ratesDetail({ a, b, spread }: Comparison): string {
  return `${rate(a)}/s against ${rate(b)}/s; middle half of the rounds ${short(spread[0])} to ${short(spread[1])}`
}

/** Says the times of one call, from rates of calls. */
export function timesDetail({ a, b, spread: [low, high] }: Comparison): string {
  return `${milliseconds(a)} against ${milliseconds(b)}; middle half of the rounds ${short(1 / high)} to ${short(1 / low)}`
}

/** Says how the throughput of a side compares with the second side, the prepared hand-written SQL. */
export function preparedRatesDetail({ ratio }: Comparison): string {
  return `${short(ratio)} of prepared SQL`
}

/** Says the same about the duration of one call. */
export function preparedTimesDetail({ ratio }: Comparison): string {
  return `${short(1 / ratio)} times as long as prepared SQL`
}

/** Rounds to three digits, whole numbers from 1,000 on. */
export function short(value: number): number {
  return value >= 1000 ? Math.round(value) : Number(value.toPrecision(3))
}

function rate(perSecond: number): string {
  return Number(perSecond.toPrecision(3)).toLocaleString('en-US')
}

function milliseconds(perSecond: number): string {
  return `${short(1000 / perSecond)} ms`
}
