const figures = new Intl.NumberFormat()
const percents = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })
const instants = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

/** Writes a number as people here write it. */
export function figure(value: number): string {
  return figures.format(value)
}

/** Writes a share of 1; what is rare is not nothing. */
export function percent(share: number): string {
  return share > 0 && share < 0.01 ? `under ${percents.format(0.01)}` : percents.format(share)
}

/** Counts things: `1 page`, `2 pages`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`
}

/** Writes a day out. */
export function day(text: string): string {
  return days.format(new Date(text))
}

/** Writes an instant out. */
export function exactly(text: string): string {
  return instants.format(new Date(text))
}

/** Says how long ago something was: minutes, hours, days; then the day. */
export function ago(text: string, now = Date.now()): string {
  const seconds = (new Date(text).getTime() - now) / 1000
  if (seconds > -60) return 'just now'
  if (seconds > -3600) return relative.format(Math.ceil(seconds / 60), 'minute')
  if (seconds > -86_400) return relative.format(Math.ceil(seconds / 3600), 'hour')
  if (seconds > -14 * 86_400) return relative.format(Math.ceil(seconds / 86_400), 'day')
  return day(text)
}
