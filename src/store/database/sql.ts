import { raw, type Sql } from 'sql-template-tag'

export { default as sql, join, raw, type Sql } from 'sql-template-tag'

/** Writes a name, such as that of a column, in quotes. */
export function identifier(name: string): Sql {
  return raw(`"${name.replaceAll('"', '""')}"`)
}
