import { migrate } from "milepost";
import { openPglite } from "milepost/pglite";

/**
 * Opens the embedded Postgres in the folder .milepost, which `npx milepost`
 * uses too, and creates the tables. One process can open it at a time: with
 * several, use a Postgres server.
 */
export async function openDatabase() {
  const { db } = await openPglite(".milepost");
  await migrate(db);
  return db;
}

/** Writes everything to disk when the app stops, and releases the folder. */
export async function closeDatabase(db: { close(): Promise<void> }) {
  await db.close();
}
