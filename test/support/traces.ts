import { type SQL, sql } from 'drizzle-orm'
import { groupBy } from '../../src/core/values/group-by.js'
import type { TestDatabase } from './databases.js'
import { clusterUrl } from './migrated-database.js'

type Column = { readonly table_schema: string; readonly table_name: string; readonly column_name: string }

const placeOf = ({ table_schema, table_name, column_name }: Column): string =>
  `${table_schema}.${table_name}.${column_name}`

/** Lists the columns, of all tables of all schemas, in which a text stands anywhere, as `schema.table.column`. */
export async function tracesOf({ rows }: Pick<TestDatabase, 'rows'>, text: string): Promise<string[]> {
  const columns = await rows<Column>(sql`
    SELECT table_schema, table_name, column_name FROM information_schema.columns JOIN information_schema.tables
      USING (table_schema, table_name)
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1, 2, 3`)
  const byTable = groupBy(columns, ({ table_schema, table_name }) => `${table_schema}.${table_name}`)
  // One statement for all tables, which are a hundred columns and more.
  const searches = [...byTable.values()].map(own => searchOf(own, text))
  if (clusterUrl) return columns.filter(await holding(rows, byTable, text)).map(placeOf)
  const found = await rows<{ place: string }>(sql.join(searches, sql` UNION ALL `))
  const places = new Set(found.map(({ place }) => place))
  return columns.map(placeOf).filter(place => places.has(place))
}

function searchOf(columns: readonly Column[], text: string): SQL {
  const { table_schema, table_name } = columns[0]!
  const values = columns.map(
    column => sql`(${placeOf(column)}::text, stored.${sql.identifier(column.column_name)}::text)`,
  )
  return sql`SELECT DISTINCT held.place FROM ${sql.identifier(table_schema)}.${sql.identifier(table_name)} AS stored,
    LATERAL (VALUES ${sql.join(values, sql`, `)}) AS held (place, value) WHERE strpos(held.value, ${text}) > 0`
}

// A cluster does not run such searches.
async function holding(
  rows: TestDatabase['rows'],
  byTable: ReadonlyMap<string, readonly Column[]>,
  text: string,
): Promise<(column: Column) => boolean> {
  const found = new Set<string>()
  for (const own of byTable.values()) {
    const { table_schema, table_name } = own[0]!
    const table = sql`${sql.identifier(table_schema)}.${sql.identifier(table_name)}`
    for (const { row } of await rows<{ row: string }>(sql`SELECT to_jsonb(t)::text AS row FROM ${table} AS t`)) {
      const values = JSON.parse(row) as Record<string, unknown>
      for (const column of own) {
        const value = values[column.column_name]
        if ((typeof value === 'string' ? value : JSON.stringify(value)).includes(text)) found.add(placeOf(column))
      }
    }
  }
  return column => found.has(placeOf(column))
}
