import type pg from 'pg'

/** A badge that hand-written code awards to all users with enough completions. */
export type HandApply = { readonly badgeId: string; readonly target: number; readonly points: number }

const pageSize = 5_000

type Earned = { readonly userId: string; readonly at: Date }
type Row = { readonly user_id: string; readonly completed_at: Date }

/**
 * Reads all completions in order of the key, counts them in JavaScript and writes the badges of those who have enough, with standings
 * and ledger, a page a transaction. Returns how many.
 */
export async function applyHandWritten(pool: pg.Pool, hand: HandApply): Promise<number> {
  const reader = await pool.connect()
  try {
    await reader.query('begin isolation level repeatable read, read only')
    await reader.query(`declare all_rows no scroll cursor for select user_id, category, item_key, completed_at, recorded_at
      from milepost.user_progress where category = 'lesson' order by user_id, category, item_key`)
    let badgeCount = 0
    let counting: { userId: string; times: Date[] } = { userId: '', times: [] }
    const earned: Earned[] = []
    const finishUser = (): void => {
      if (counting.times.length < hand.target) return
      const inOrder = counting.times.sort((a, b) => a.getTime() - b.getTime())
      earned.push({ userId: counting.userId, at: inOrder[hand.target - 1]! })
    }
    for (let isLast = false; !isLast; ) {
      const { rows } = await reader.query<Row>(`fetch ${pageSize} from all_rows`)
      isLast = rows.length < pageSize
      for (const row of rows) {
        if (row.user_id !== counting.userId) {
          finishUser()
          counting = { userId: row.user_id, times: [] }
        }
        counting.times.push(row.completed_at)
      }
      if (isLast) finishUser()
      badgeCount += earned.length
      if (earned.length > 0) await writeBadges(pool, hand, earned.splice(0))
    }
    await reader.query('commit')
    return badgeCount
  } finally {
    reader.release()
  }
}

async function writeBadges(pool: pg.Pool, { badgeId, points }: HandApply, earned: readonly Earned[]): Promise<void> {
  await pool.query(statement, [
    earned.map(({ userId }) => userId),
    earned.map(({ at }) => at.toISOString()),
    badgeId,
    points,
    JSON.stringify({ badge: badgeId, badgeIcon: null, description: '', rarity: 'common', points, unlocks: [] }),
  ])
}

const statement = `with given as (
    select user_id, at from unnest($1::text[], $2::timestamptz[]) as given (user_id, at)
  ), badges as (
    insert into milepost.user_progress (user_id, category, item_key, metadata, completed_at, recorded_at)
    select user_id, 'milestone_badge', $3, $5::jsonb, at, now() from given order by user_id collate "C"
    on conflict do nothing returning user_id
  ), ledger as (
    insert into milepost.points_ledger (user_id, source, period, category, item_key, entry, points, at, recorded_at)
    select user_id, 'badge', '', 'milestone_badge', $3, 0, $4, at, now() from given order by user_id collate "C"
    returning user_id, points, at
  ), boards as (
    insert into milepost.user_period_points as b (user_id, period, points, reached_at)
    select user_id, label, points, at from ledger, lateral (
      values (to_char(at at time zone 'UTC', 'IYYY-"W"IW')), (to_char(at at time zone 'UTC', 'YYYY-MM'))) as labels (label)
    order by user_id collate "C", label
    on conflict (user_id, period) do update set
      points = b.points + excluded.points, reached_at = greatest(b.reached_at, excluded.reached_at)
  )
  update milepost.user_standings as s set points = s.points + $4, badge_count = s.badge_count + 1,
    reached_at = greatest(s.reached_at, given.at), sequence = s.sequence + 1
  from given where s.user_id = given.user_id`
