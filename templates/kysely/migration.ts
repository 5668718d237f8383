import type { Kysely } from "kysely";
import { fromKysely, migrate } from "milepost";

/**
 * Creates the tables of Milepost, in a schema of their own. After an update of
 * the package, add a migration like this.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await migrate(fromKysely(db));
}
