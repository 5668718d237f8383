const [second, minute, hour] = [1_000, 60_000, 3_600_000]

/** How long to wait before each attempt, including the first, as Standard Webhooks recommends: three days in all. */
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

/** The longest time a receiver can delay the next attempt with `Retry-After`. */
const longestWaitMs = 24 * hour

/** What decides when the next attempt runs. */
export type Backoff = {
  /** How many attempts have failed, including the last one. */
  readonly failureCount: number
  readonly scheduleMs: readonly number[]
  readonly random: () => number
  /** The wait that the receiver asked for. */
  readonly retryAfterMs: number | null
}

/**
 * Returns how long to wait after a failure, or null after the last attempt. Adds up to a fifth at random, so that
 * deliveries that failed together are not sent again together.
 */
export function backoffMs({ failureCount, scheduleMs, random, retryAfterMs }: Backoff): number | null {
  const planned = scheduleMs[failureCount]
  if (planned === undefined) return null
  return Math.max(planned * (1 + random() / 5), Math.min(retryAfterMs ?? 0, longestWaitMs))
}

/** Parses `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. Null if it is missing or invalid. */
export function readRetryAfterMs(value: string | undefined, now: Date): number | null {
  if (value === undefined) return null
  if (/^\d{1,10}$/.test(value)) return Number(value) * 1_000
  const at = Date.parse(value)
  return /GMT$/.test(value) && !Number.isNaN(at) ? Math.max(0, at - now.getTime()) : null
}
