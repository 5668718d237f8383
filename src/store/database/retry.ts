import { MilepostError } from '../../core/values/errors.js'
import { isRetryable, retryable, sqlStateOfFailure } from './failure.js'

const firstPauseMs = 10
const longestPauseMs = 200

/**
 * Runs a transaction again, with jitter, while it fails because of a deadlock, a lock or a serialization failure.
 * `attempt` counts from 0. Use it only for our own transactions: a caller's transaction can only be run again by the
 * caller.
 * @throws USER_BUSY if a lock is still held after `patienceMs`
 */
export async function retried<Result>(
  patienceMs: number,
  transaction: (attempt: number) => Promise<Result>,
): Promise<Result> {
  const until = performance.now() + patienceMs
  for (let attempt = 0; ; attempt++) {
    try {
      return await transaction(attempt)
    } catch (error) {
      await again(error, { attempt, until })
    }
  }
}

/**
 * Waits before the next attempt. Throws if there is no next attempt, because the failure is permanent or took too long.
 */
export async function again(
  error: unknown,
  { attempt, until }: { readonly attempt: number; readonly until: number },
): Promise<void> {
  if (!isRetryable(error)) throw error
  if (performance.now() > until) throw busy(error)
  const pauseMs = Math.min(firstPauseMs * 2 ** attempt, longestPauseMs)
  await pause(pauseMs * (0.5 + Math.random()))
}

function busy(error: unknown): unknown {
  if (sqlStateOfFailure(error) !== retryable.lockTimeout) return error
  const message =
    'Another transaction holds what this call changes, and does not end. Nothing was written; call again once it has.'
  return new MilepostError('USER_BUSY', message, { cause: error })
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
