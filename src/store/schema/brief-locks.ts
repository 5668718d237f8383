import { run } from '../database/database.js'
import { isMadeByTwo, isRetryable } from '../database/failure.js'
import { pause } from '../database/retry.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'

/**
 * How long the statements of a transaction that changes tables wait for their locks, in all. Whoever writes to such a table
 * waits behind them for as long.
 */
const lockBudgetMs = 400

/** How long others go on before the next attempt. */
const pauseMs = 1_000

/** Returns what limits the next wait for a lock of this transaction to the rest of its time. */
export function lockBudget(tx: Session): () => Promise<void> {
  let startedAt: number | undefined
  return async () => {
    startedAt ??= performance.now()
    const leftMs = Math.max(1, Math.ceil(startedAt + lockBudgetMs - performance.now()))
    await run(tx, sql`select set_config('lock_timeout', ${`${leftMs}ms`}, true)`)
  }
}

/**
 * Repeats work that gave up its wait for a lock, so that others can go on in between, or that met another process which
 * does the same. Gives up for good when the time is over. `until`: as `performance.now()` counts.
 * @throws DATABASE_FAILED
 */
export async function patiently<Result>(until: number, work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(isRetryable(error) || isMadeByTwo(error)) || performance.now() > until) throw error
      await pause(pauseMs * (0.5 + Math.random()))
    }
  }
}
