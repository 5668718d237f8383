import { sql } from 'drizzle-orm'
import type { TestDatabase } from '../support/databases.js'

/** Sends a statement to the database, or to each node of the cluster that it is on. */
export async function onEachNode(
  { rows, isCluster }: Pick<TestDatabase, 'rows' | 'isCluster'>,
  statement: string,
): Promise<void> {
  if (!isCluster) return void (await rows(sql.raw(statement)))
  const failed = await rows(sql`SELECT result FROM run_command_on_all_nodes(${statement}) WHERE NOT success`)
  if (failed.length > 0) throw new Error(JSON.stringify(failed))
}
