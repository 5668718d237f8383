const dayMs = 86_400_000

/** Gives the calendar day that lies so many days after another, as `2026-05-20`. */
export function dayAfter(day: string, count = 1): string {
  return new Date(Date.parse(`${day}T00:00Z`) + count * dayMs).toISOString().slice(0, 10)
}

/** Tells whether a value is a whole day that is written out, and not one that is still being typed. */
export function isDay(value: string): boolean {
  return /^[1-9]\d{3}-\d\d-\d\d$/.test(value)
}
