import { setTimeout as rest } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { PgTransactionConfig } from 'drizzle-orm/pg-core'
import { onTestFinished } from 'vitest'
import type { Feed } from '../../src/service/server/feed.js'
import type { TestDatabase } from '../support/databases.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'

/** A transaction of the host that stays open until it is told to end. */
export type OpenTransaction = {
  readonly tx: DrizzleDatabase
  readonly commit: () => Promise<void>
  readonly rollback: () => Promise<void>
}

/** Begins a transaction on a connection of its own; rolled back at the end of the test if it is still open. */
export async function openTransaction(db: DrizzleDatabase, config?: PgTransactionConfig): Promise<OpenTransaction> {
  const changedItsMind = new Error('the host changed its mind')
  let end: (isCommitted: boolean) => void = () => {}
  const ended = new Promise<boolean>(resolve => {
    end = resolve
  })
  let done: Promise<void> | undefined
  const tx = await new Promise<DrizzleDatabase>((resolve, reject) => {
    done = db.transaction(async opened => {
      resolve(opened as unknown as DrizzleDatabase)
      if (!(await ended)) throw changedItsMind
    }, config)
    done.catch(reject)
  })
  const rollback = async (): Promise<void> => {
    end(false)
    await done!.catch(error => {
      if (error !== changedItsMind) throw error
    })
  }
  onTestFinished(() => rollback().catch(() => {}))
  return {
    tx,
    commit: async () => {
      end(true)
      await done
    },
    rollback,
  }
}

/** Waits until so many connections to this database, on any node, wait for a lock that somebody else holds. */
export async function untilBlocked(
  { rows, isCluster }: Pick<TestDatabase, 'rows' | 'isCluster'>,
  count = 1,
): Promise<void> {
  await until(async () => {
    const [row] = await rows<{ blocked: number }>(isCluster ? blockedOnAllNodes : blockedHere)
    return row!.blocked >= count
  })
}

const counting = `SELECT count(*)::int AS blocked FROM pg_stat_activity
  WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`
const blockedHere = sql.raw(counting)
const blockedOnAllNodes = sql`SELECT sum(result::int)::int AS blocked FROM run_command_on_all_nodes(${counting})`

/** Waits until everything that was written to the outbox can be read. */
export async function untilSettled({ lag }: Pick<Feed, 'lag'>): Promise<void> {
  await until(async () => (await lag()).oldestHeldBackAt === null)
}

/** Asks again and again; a test that waits in vain ends by its own time limit. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  // Between two looks those who are waited for need the processor more.
  while (!(await isTrue())) await rest(10)
}
