import { sql } from 'drizzle-orm'
import type { TestDatabase } from './databases.js'

/** Lists the columns, of all tables of all schemas, in which a text stands anywhere, as `schema.table.column`. */
export async function tracesOf({ rows }: Pick<TestDatabase, 'rows'>, text: string): Promise<string[]> {
  const columns = await rows<{ table_schema: string; table_name: string; column_name: string }>(sql`
    SELECT table_schema, table_name, column_name FROM information_schema.columns JOIN information_schema.tables
      USING (table_schema, table_name)
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1, 2, 3`)
  const traces: string[] = []
  for (const { table_schema: schema, table_name: table, column_name: column } of columns) {
    const found = await rows(sql`SELECT FROM ${sql.identifier(schema)}.${sql.identifier(table)}
      WHERE strpos(${sql.identifier(column)}::text, ${text}) > 0 LIMIT 1`)
    if (found.length > 0) traces.push(`${schema}.${table}.${column}`)
  }
  return traces
}
