import { getTableColumns, is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import * as schema from '../../../src/schema.js'
import { textOf } from '../source-pages.js'
import { block, code, paragraphs, plain, tableOf } from './markdown.js'

/** Lists the tables that `milepost/schema` exports for Drizzle, with their columns. */
export function tablesPage(): string {
  const tables = Object.entries(schema).flatMap(([name, table]) => (is(table, PgTable) ? [{ name, table }] : []))
  return paragraphs(
    '# Tables',
    'What `milepost/schema` exports, to join and query with Drizzle like tables of your own. You need `drizzle-orm`; nothing else of Milepost does.',
    block(
      'ts',
      "import { userStandings } from 'milepost/schema'\n\nconst rows = await db.select({ points: userStandings.points }).from(userStandings)",
    ),
    'Use them to read. Change rows through the [calls](../calls.md), which keep badges, points and metrics in step. `migrate` creates the tables, so leave them out of the schema file of [drizzle-kit](../guides/drizzle-kit.md#2-tell-drizzle-kit-which-schemas-are-yours).',
    "If your tables are in another schema, `milepostTables('name')` returns all of them for it.",
    ...tables.flatMap(({ name, table }) => [`## ${name}`, ...aboutTable(table)]),
  )
}

function aboutTable(table: PgTable): readonly string[] {
  const { name, schema: schemaName } = getTableConfig(table)
  const { key, contains } = describedIn(textOf('ARCHITECTURE.md'), name)
  const rows = Object.entries(getTableColumns(table)).map(([property, column]) => [
    code(property),
    code(column.name),
    code(column.getSQLType()),
    column.notNull ? '' : 'yes',
  ])
  return [
    `The table ${code(`${schemaName}.${name}`)}, one row per ${plain(key)}: ${plain(contains)}.`,
    tableOf(['property', 'column', 'type', 'may be null'], rows),
  ]
}

/** Finds the key and the content of a table in the list of all tables. */
function describedIn(architecture: string, table: string): { readonly key: string; readonly contains: string } {
  const row = architecture.split('\n').find(line => line.split('|')[1]?.includes(code(table)))
  const [, , key, contains] = row?.split('|').map(cell => cell.trim()) ?? []
  if (key === undefined || contains === undefined) throw new Error(`ARCHITECTURE.md does not describe ${table}.`)
  return { key, contains }
}
