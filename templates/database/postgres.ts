import postgres from "postgres";

/**
 * Opens a client. If your app has one already, return that instead.
 * `npx milepost migrate` creates the tables.
 */
export async function openDatabase() {
  const url = process.env.DATABASE_URL;
  if (!url) {
    throw new Error("Set DATABASE_URL to the address of your Postgres.");
  }
  return postgres(url);
}

/** Runs when the app stops. If your app closes its client, do nothing here. */
export async function closeDatabase(sql: postgres.Sql): Promise<void> {
  await sql.end();
}
