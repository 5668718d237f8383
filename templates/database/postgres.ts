import postgres from 'postgres'

/** Opens a client. If your app has one already, return that instead. `npx milepost migrate` creates the tables. */
export async function openDatabase() {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('Set DATABASE_URL to the address of your Postgres.')
  return postgres(url)
}
