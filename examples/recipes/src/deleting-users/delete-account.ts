import type { MilestoneService } from 'milepost'
import type { Pool } from 'pg'

/** Deletes an account of Auth.js, and what Milepost stores about it, both or neither. */
export async function deleteAccount(pool: Pool, milestones: MilestoneService, userId: string): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    // The tables of @auth/pg-adapter. `sessions` and `accounts` have no cascade there.
    await client.query('DELETE FROM sessions WHERE "userId" = $1', [userId])
    await client.query('DELETE FROM accounts WHERE "userId" = $1', [userId])
    await client.query('DELETE FROM users WHERE id = $1', [userId])
    await milestones.eraseUser(userId, { reason: 'The account was deleted' }, { db: client })
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
