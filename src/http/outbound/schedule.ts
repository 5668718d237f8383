const [second, minute, hour] = [1_000, 60_000, 3_600_000]

/** How long to wait before each try, the first one included, as Standard Webhooks advises: three days in all. */
export const standardScheduleMs: readonly number[] = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

/** The longest that a receiver can put off the next try by `Retry-After`. */
const longestWaitMs = 24 * hour

/** What is known when the next try is placed. */
export type Backoff = {
  /** How many tries have failed, the last one included. */
  readonly failureCount: number
  readonly scheduleMs: readonly number[]
  readonly random: () => number
  /** What the receiver asked for. */
  readonly retryAfterMs: number | null
}

/**
 * Tells how long to wait after a failure; null where it was the last try. Up to a fifth longer than planned, so that what failed
 * together does not come again together.
 */
export function backoffMs({ failureCount, scheduleMs, random, retryAfterMs }: Backoff): number | null {
  const planned = scheduleMs[failureCount]
  if (planned === undefined) return null
  return Math.max(planned * (1 + random() / 5), Math.min(retryAfterMs ?? 0, longestWaitMs))
}

/** Reads `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. Null where it says nothing that can be read. */
export function readRetryAfterMs(value: string | undefined, now: Date): number | null {
  if (value === undefined) return null
  if (/^\d{1,10}$/.test(value)) return Number(value) * 1_000
  const at = Date.parse(value)
  return /GMT$/.test(value) && !Number.isNaN(at) ? Math.max(0, at - now.getTime()) : null
}
