import type { Milestones } from './milestones.js'

/** What a `pg.Pool` and a `PGlite` have in common. */
export type Queries = {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>
}

export type Reminder = { userId: string; days: number; endsAt: Date }

/** Tells which users lose a streak within three hours if they do nothing. Each streak is returned once. */
export async function dueReminders(milestones: Milestones, db: Queries, now: Date): Promise<Reminder[]> {
  const due: Reminder[] = []
  for (const userId of await activeUsers(db, now)) {
    const progress = await milestones.getUserProgress(userId)
    const streak = progress.milestones.find(({ id }) => id === 'seven-days')?.streak
    if (!streak?.endsAt || streak.endsAt.getTime() - now.getTime() > 3 * 3_600_000) continue
    if (progress.visibility === 'on' && (await isFirst(db, userId, streak.endsAt)))
      due.push({ userId, days: streak.current, endsAt: streak.endsAt })
  }
  return due
}

// A streak that can end today has a completion of yesterday or today, in some time zone.
async function activeUsers(db: Queries, now: Date): Promise<string[]> {
  const since = new Date(now.getTime() - 3 * 86_400_000)
  const { rows } = await db.query(
    `select distinct user_id from milepost.user_progress where category = 'lesson' and completed_at > $1`,
    [since],
  )
  return (rows as { user_id: string }[]).map(row => row.user_id)
}

async function isFirst(db: Queries, userId: string, endsAt: Date): Promise<boolean> {
  const { rows } = await db.query(
    'insert into streak_reminders (user_id, ends_at) values ($1, $2) on conflict do nothing returning user_id',
    [userId, endsAt],
  )
  return rows.length > 0
}
