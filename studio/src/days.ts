const dayMs = 86_400_000

/** Returns the calendar day that many days after another, such as `2026-05-20`. */
export function dayAfter(day: string, count = 1): string {
  return new Date(Date.parse(`${day}T00:00Z`) + count * dayMs).toISOString().slice(0, 10)
}

/** Returns whether a value is a complete day, not one that is still being typed. */
export function isDay(value: string): boolean {
  return /^[1-9]\d{3}-\d\d-\d\d$/.test(value)
}
