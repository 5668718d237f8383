import type pg from 'pg'
import { postgresCpuMs } from '../cpu-time.js'

/** What the database of a node has done so far. */
export type NodeUse = {
  /** CPU time of all its processes, in milliseconds. */
  readonly cpuMs: number
  readonly singleShardCount: number
  readonly multiShardCount: number
}

/** Reads what a node has done, as a superuser. Its processes are found in /proc of its own machine. */
export async function useOf(pool: pg.Pool): Promise<NodeUse> {
  const { rows: counters } = await pool.query<{ single: number; multi: number }>(`
    select query_execution_single_shard::float8 as single, query_execution_multi_shard::float8 as multi
    from citus_stat_counters where name = current_database()`)
  const { single = 0, multi = 0 } = counters[0] ?? {}
  return { cpuMs: await postgresCpuMs(pool), singleShardCount: single, multiShardCount: multi }
}

/** Nothing done. */
export const noUse: NodeUse = { cpuMs: 0, singleShardCount: 0, multiShardCount: 0 }

/** Adds what was done between two moments. */
export function addedUse(before: NodeUse, after: NodeUse, earlier: NodeUse): NodeUse {
  return {
    cpuMs: earlier.cpuMs + after.cpuMs - before.cpuMs,
    singleShardCount: earlier.singleShardCount + after.singleShardCount - before.singleShardCount,
    multiShardCount: earlier.multiShardCount + after.multiShardCount - before.multiShardCount,
  }
}
