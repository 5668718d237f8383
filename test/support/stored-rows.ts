import { type SQL, sql } from 'drizzle-orm'
import type { TestDatabase } from './databases.js'
import { clusterUrl } from './migrated-database.js'

/** Reads every row of every table of Milepost, each as one text, in an order of their own: two readings can be compared. */
export async function storedRows({ rows }: Pick<TestDatabase, 'rows'>): Promise<readonly string[]> {
  const tables = await rows<{ table_name: string }>(sql`
    SELECT table_name FROM information_schema.tables WHERE table_schema = 'milepost' AND table_type = 'BASE TABLE'`)
  const texts = tables.map(({ table_name }): SQL => {
    return sql`SELECT ${table_name} || ' ' || to_jsonb(t)::text AS text FROM milepost.${sql.identifier(table_name)} AS t`
  })
  // A cluster does not join such readings.
  const statements = clusterUrl ? texts : [sql.join(texts, sql` UNION ALL `)]
  const found = (await Promise.all(statements.map(statement => rows<{ text: string }>(statement)))).flat()
  return found.map(({ text }) => text).sort()
}
