import { aheadLimitMs } from '../../core/users/completion.js'
import { anyOf, dateOf, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { join, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { byUser } from './each-user.js'

/** Which completions to count: all of these categories, or only these items of them. */
export type TallyScope = { readonly categories: readonly string[]; readonly items: readonly string[] | null }

/** How many completions a user has, and when the latest was. `lastAt` is null if there are none. */
export type Tallied = { readonly count: number; readonly lastAt: Date | null }

/**
 * Counts the stored completions of some users in the database, once for each scope, in the order of the scopes. Rows
 * whose time is more than 5 minutes after they were stored do not count. At most 40 scopes. Leaves out users without
 * any such completion.
 */
export async function readTallies(
  db: Session,
  tables: Tables,
  { userIds, scopes }: { readonly userIds: readonly string[]; readonly scopes: readonly TallyScope[] },
): Promise<ReadonlyMap<string, readonly Tallied[]>> {
  return byUser(tables, userIds, some => readTalliesOf(db, tables, { userIds: some, scopes }))
}

async function readTalliesOf(
  db: Session,
  { userProgress }: Tables,
  { userIds, scopes }: { readonly userIds: readonly string[]; readonly scopes: readonly TallyScope[] },
): Promise<ReadonlyMap<string, readonly Tallied[]>> {
  const categories = [...new Set(scopes.flatMap(scope => scope.categories))]
  const figures = scopes.flatMap(scope => {
    const isOfScope = filterOf(scope, categories.length)
    return [sql`count(*) ${isOfScope}`, sql`${msOf(sql`max(completed_at) ${isOfScope}`)}`]
  })
  const rows = await run<{ readonly user_id: string; readonly figures: string }>(
    db,
    sql`select user_id, json_build_array(${join(figures, ', ')})::text as figures from ${userProgress}
      where user_id = ${anyOf(userIds)} and category = ${anyOf(categories)}
        and completed_at <= recorded_at + ${`${aheadLimitMs} milliseconds`}::interval
      group by user_id`,
  )
  return new Map(rows.map(row => [row.user_id, talliesFrom(JSON.parse(row.figures) as (number | null)[])]))
}

/** The maximum number of scopes: Postgres builds an array of at most 100 values. */
export const tallyLimit = 40

function filterOf({ categories, items }: TallyScope, categoryCount: number): Sql {
  const tests = [
    ...(categories.length < categoryCount ? [sql`category = ${anyOf(categories)}`] : []),
    ...(items ? [sql`item_key = ${anyOf(items)}`] : []),
  ]
  return tests.length > 0 ? sql`filter (where ${join(tests, ' and ')})` : sql``
}

function talliesFrom(figures: readonly (number | null)[]): readonly Tallied[] {
  return Array.from({ length: figures.length / 2 }, (_, i) => {
    const [count, lastAt] = [figures[2 * i]!, figures[2 * i + 1]!]
    return { count, lastAt: lastAt === null ? null : dateOf(lastAt) }
  })
}
