const figures = new Intl.NumberFormat('en')

/** Writes a number with separators between thousands. */
export function figure(value: number): string {
  return figures.format(value)
}

/** Writes a count with its noun, in the plural unless the count is 1. */
export function counted(count: number, noun: string): string {
  return `${figure(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Writes a duration with at most two units: `40 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Writes an instant to the minute, in UTC; a dash if there is none. */
export function moment(at: Date | null): string {
  return at === null ? '–' : `${at.toISOString().slice(0, 16).replace('T', ' ')}`
}
