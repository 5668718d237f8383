import pg from "pg";

/**
 * Opens a pool. If your app has one already, return that instead.
 * `npx milepost migrate` creates the tables.
 */
export async function openDatabase() {
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString) {
    throw new Error("Set DATABASE_URL to the address of your Postgres.");
  }
  return new pg.Pool({ connectionString });
}

/** Runs when the app stops. If your app closes its pool, do nothing here. */
export async function closeDatabase(pool: pg.Pool): Promise<void> {
  await pool.end();
}
