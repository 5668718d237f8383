const figures = new Intl.NumberFormat()
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })

/** Writes a number as people here write it. */
export function figure(value: number): string {
  return figures.format(value)
}

/** Counts things: `1 page`, `2 pages`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`
}

/** Writes a day out. */
export function day(text: string): string {
  return days.format(new Date(text))
}
