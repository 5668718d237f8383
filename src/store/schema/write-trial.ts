import { instant } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import { inTransaction } from '../database/transaction.js'
import type { Tables } from './tables.js'

/** An id that no user has. Everything stored under it is rolled back. */
const nobody = 'milepost write trial'

/**
 * Writes a completion as recording does, and rolls it back. @throws DATABASE_FAILED if the database accepts no writes
 */
export async function tryWrite(db: Session, { userProgress }: Tables, at: Date): Promise<void> {
  const rollback = new Error('This was a trial.')
  try {
    await inTransaction(db, 'write', async tx => {
      await run(
        tx,
        sql`insert into ${userProgress} (user_id, category, item_key, metadata, completed_at, recorded_at)
          values (${nobody}, 'trial', gen_random_uuid()::text, '{}'::jsonb, ${instant(at)}, ${instant(at)})`,
      )
      throw rollback
    })
  } catch (error) {
    if (error !== rollback) throw error
  }
}
