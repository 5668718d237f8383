/** How many requests a caller may send. */
export type RateLimit = {
  /** Requests per second, on average. */
  readonly perSecond: number
  /** Requests at once, after a pause. */
  readonly burst: number
}

/**
 * Counts a request of a caller as `weight` requests (default: 1). Returns 0 if it may continue, otherwise after how
 * many seconds the next one may.
 */
export type RateLimiter = (caller: string, weight?: number) => number

/** The level of a bucket at an instant. */
type Bucket = { readonly level: number; readonly atMs: number }

const mostBuckets = 10_000

/**
 * Makes a limiter: a token bucket per caller, in the memory of this process. When there are too many callers, the one
 * that was idle longest is forgotten and starts again.
 */
export function createRateLimiter(
  { perSecond, burst }: RateLimit,
  nowMs: () => number = () => performance.now(),
): RateLimiter {
  const buckets = new Map<string, Bucket>()
  return (caller, weight = 1) => {
    // A bucket that is too small would never let the request through.
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
