import type { TransactionMode } from './session.js'

/** What a transaction of each mode begins with, after BEGIN. */
export const characteristics: Readonly<Record<TransactionMode, string>> = {
  write: 'isolation level read committed',
  snapshot: 'isolation level repeatable read, read only',
}

/** Returns the statements that begin a transaction of ours, for drivers that send several at once. */
export function beginning(mode: TransactionMode): string {
  return `begin ${characteristics[mode]}; ${settings}`
}

/**
 * The settings of our own transactions. The wait for locks is below the server's deadlock_timeout, so that on a deadlock
 * our transaction yields, never the host's. The second setting marks the transaction as ours, for `shortenLockWait`. The
 * third lets a transaction in a Citus cluster write tables that every node has, after those of users.
 */
export const settings = `select set_config('lock_timeout', wait_ms || 'ms', true), set_config('milepost.lock_wait_ms', wait_ms, true),
    set_config('citus.multi_shard_modify_mode', 'sequential', true)
  from (select (extract(epoch from current_setting('deadlock_timeout')::interval) * 500)::int::text as wait_ms) as wait`
