/** How many requests a caller may send. */
export type RateLimit = {
  /** How many a second, on the whole. */
  readonly perSecond: number
  /** How many at once, after a rest. */
  readonly burst: number
}

/** Takes a request of a caller, which counts as `weight` requests. Default: 1. Returns 0 where it may go on, else after how many seconds the next may. */
export type RateLimiter = (caller: string, weight?: number) => number

/** Level of a bucket as it was at an instant. */
type Bucket = { readonly level: number; readonly atMs: number }

const mostBuckets = 10_000

/**
 * Makes a limiter: a token bucket for each caller, in this process's memory. Of more callers than it remembers, the one that was quiet
 * longest begins anew.
 */
export function createRateLimiter(
  { perSecond, burst }: RateLimit,
  nowMs: () => number = () => performance.now(),
): RateLimiter {
  const buckets = new Map<string, Bucket>()
  return (caller, weight = 1) => {
    // A bucket that never holds so much would never let the request through.
    const amount = Math.min(weight, burst)
    const atMs = nowMs()
    const last = buckets.get(caller) ?? { level: burst, atMs }
    const level = Math.min(burst, last.level + ((atMs - last.atMs) / 1000) * perSecond)
    const isAllowed = level >= amount
    buckets.delete(caller)
    buckets.set(caller, { level: isAllowed ? level - amount : level, atMs })
    if (buckets.size > mostBuckets) buckets.delete(buckets.keys().next().value!)
    return isAllowed ? 0 : Math.max(1, Math.ceil((amount - level) / perSecond))
  }
}
