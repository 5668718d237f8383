import { dayAfter, isDay } from './days.js'

const whole = new Intl.NumberFormat('en')
const relative = {
  long: new Intl.RelativeTimeFormat('en', { numeric: 'auto' }),
  narrow: new Intl.RelativeTimeFormat('en', { style: 'narrow' }),
}
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' })

export function count(value: number): string {
  return whole.format(value)
}

/** Writes a number with its noun: "1 user", "2 users". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** Writes a value and its target: "7 of 10", or "75, target 60" if the value has to fall. */
export function ofTarget({ current, target, ratio }: Readonly<Record<'current' | 'target' | 'ratio', number>>): string {
  // Only a value that has to fall is above a target that it has not reached.
  return ratio < 1 && current > target
    ? `${count(current)}, target ${count(target)}`
    : `${count(current)} of ${count(target)}`
}

export function percent(share: number | null): string {
  if (share === null) return '–'
  const value = share * 100
  return `${value > 0 && value < 1 ? '< 1' : Math.round(value)} %`
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** Writes how long ago an instant was. */
export function ago(instant: string, style: 'long' | 'narrow' = 'long'): string {
  const seconds = (Date.parse(instant) - Date.now()) / 1000
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  if (unit === 'second') return style === 'narrow' ? 'now' : 'just now'
  return relative[style].format(Math.round(seconds / size), unit)
}

export function exactly(instant: string): string {
  return exact.format(new Date(instant))
}

/** Writes from when to when a pause is: its first and last day, or two instants. */
export function rangeOf({ from, until }: { readonly from: string; readonly until: string }): string {
  if (!isDay(from)) return `${exactly(from)} to ${exactly(until)}`
  const last = dayAfter(until, -1)
  return last === from ? from : `${from} to ${last}`
}

/** Writes a length of time in its largest unit or two. */
export function duration(ms: number | null): string {
  if (ms === null) return '–'
  if (ms < 1000) return `${Math.round(ms)} ms`
  const [unit, size] = steps.find(([, length]) => ms >= length * 1000) ?? ['second', 1]
  return counted(Math.round(ms / 1000 / size), unit)
}

/** Writes how long somebody took; with their first completion, no time. */
export function timeTaken(ms: number | null): string {
  return ms !== null && ms < 1000 ? 'at once' : duration(ms)
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const place = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10))
  return `${(value / 1024 ** place).toFixed(place === 0 ? 0 : 1)} ${units[place]}`
}
