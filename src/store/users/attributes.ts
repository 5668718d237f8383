import type { AttributeChanges, UserAttributes, UserGroup } from '../../core/users/attributes.js'
import { refuseMerged } from '../../core/users/user-merged.js'
import type { Visibility } from '../../core/users/visibility.js'
import { textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** Sets and removes attributes of a locked user. */
export async function writeAttributes(
  db: Session,
  { userAttributes }: Tables,
  { userId, attributes }: { readonly userId: string; readonly attributes: AttributeChanges },
): Promise<void> {
  const given = Object.entries(attributes)
  const gone = given.filter(([, value]) => value === null).map(([name]) => name)
  const set = given.filter((entry): entry is [string, string] => entry[1] !== null)
  const names = textArray(set.map(([name]) => name))
  const values = textArray(set.map(([, value]) => value))
  if (gone.length > 0)
    await run(db, sql`delete from ${userAttributes} where user_id = ${userId} and name = any(${textArray(gone)})`)
  if (set.length === 0) return
  await run(
    db,
    sql`insert into ${userAttributes} (user_id, name, value)
      select ${userId}::text, name, value from unnest(${names}, ${values}) as given (name, value)
      on conflict (user_id, name) do update set value = excluded.value`,
  )
}

/** The settings of a user, set by the user or by the host; null if there are none. */
export type StoredSettings = {
  readonly timeZone: string | null
  readonly dayStartsAt: string | null
  readonly visibility: Visibility | null
  readonly attributes: UserAttributes
}

type SettingsRow = {
  readonly zone: string | null
  readonly day_starts_at: string | null
  readonly visibility: Visibility | null
  readonly merged_into: string | null
  readonly attributes: string
}

/** Reads the settings of a user, in one statement. Attributes by name. @throws USER_MERGED */
export async function readStoredSettings(db: Session, tables: Tables, userId: string): Promise<StoredSettings> {
  const { userAttributes, userStandings, userTimeZones } = tables
  const rows = await run<SettingsRow>(
    db,
    sql`select
      (select zone from ${userTimeZones} where user_id = ${userId} order by since desc limit 1) as zone,
      (select day_starts_at from ${userTimeZones} where user_id = ${userId} order by since desc limit 1) as day_starts_at,
      (select visibility from ${userStandings} where user_id = ${userId}) as visibility,
      (select merged_into from ${userStandings} where user_id = ${userId}) as merged_into,
      (select coalesce(json_object_agg(name, value order by name collate "C"), '{}') from ${userAttributes}
        where user_id = ${userId})::text as attributes`,
  )
  const { zone, day_starts_at: dayStartsAt, visibility, attributes, merged_into } = rows[0]!
  refuseMerged(userId, merged_into)
  return { timeZone: zone, dayStartsAt, visibility, attributes: JSON.parse(attributes) }
}

/** Matches the users of a group, as a condition on a row `s` that has a `user_id`. */
export function isInGroup({ userAttributes }: Tables, { attribute, value }: UserGroup): Sql {
  return sql`exists (select from ${userAttributes} as grouped where grouped.user_id = s.user_id
    and grouped.name = ${attribute} and grouped.value = ${value})`
}
