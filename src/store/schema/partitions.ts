import { invalid } from '../../core/values/invalid.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'

const most = 1_024

/** Refuses a number of partitions that makes no sense. @throws INPUT_INVALID */
export function checkPartitions(partitions: number | undefined, isDistributing = false): void {
  if (partitions === undefined) return
  if (isDistributing) throw invalid('partitions', 'cannot be combined with `distribute`, which divides every table')
  if (!Number.isInteger(partitions) || partitions < 2 || partitions > most) {
    throw invalid('partitions', `must be a whole number from 2 to ${most}`, String(partitions))
  }
}

const undivided = `PRIMARY KEY ("user_id", "category", "item_key")\n);`

/** Divides `user_progress` in the text of the migration that creates it. */
export function partitioned(text: string, partitions: number): string {
  if (!text.includes(undivided)) throw new TypeError('The first migration does not create user_progress')
  const parts = Array.from(
    { length: partitions },
    (_, i) => `CREATE TABLE "milepost"."user_progress_${i}" PARTITION OF "milepost"."user_progress"
  FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${i});`,
  )
  const divided = undivided.replace(');', ') PARTITION BY HASH ("user_id");')
  return text.replace(undivided, [divided, ...parts].join('\n--> statement-breakpoint\n'))
}

/** Checks that existing tables are divided as asked for. @throws INPUT_INVALID */
export async function requirePartitions(db: Session, schema: string, partitions: number): Promise<void> {
  const table = `"${schema}"."user_progress"`
  const [found] = await run<{ count: number }>(
    db,
    sql`select count(*)::int as count from pg_inherits where inhparent = to_regclass(${table})`,
  )
  if (found!.count === partitions) return
  const is = found!.count === 0 ? 'is not divided' : `is divided into ${found!.count} partitions`
  const problem = `is ${partitions}, but ${table} exists and ${is}; leave the option out, or move the rows into new tables as docs/sizing.md describes`
  throw invalid('partitions', problem)
}
