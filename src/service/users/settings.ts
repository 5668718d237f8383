import { checkDayStart } from '../../core/time/day-start.js'
import { isValidDate } from '../../core/time/instant.js'
import { checkTimeZone } from '../../core/time/time-zone.js'
import {
  type AttributeChanges,
  checkAttributes,
  mostAttributes,
  tooManyAttributes,
  type UserAttributes,
} from '../../core/users/attributes.js'
import { checkId } from '../../core/users/completion.js'
import { type Visibility, visibilities } from '../../core/users/visibility.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { noteRanked } from '../../store/progress/rank-changes.js'
import { writeVisibility } from '../../store/progress/standings.js'
import { readStoredSettings, writeAttributes } from '../../store/users/attributes.js'
import { insertSightings } from '../../store/users/sightings.js'
import { announceAwards } from '../awards/announce-awards.js'
import type { BadgesByUser } from '../awards/award.js'
import type { CallOptions, ServiceContext } from '../context/context.js'
import { lockForWriting, write } from '../recount/write.js'
import { changeClock, type UserClockChange } from './change-clock.js'

/** The settings of a user. */
export type UserSettings = {
  timeZone: string
  /** When the user's days start, such as `04:00`. Null if the user has no own start: days start as the catalog says. */
  dayStartsAt: string | null
  visibility: Visibility
  /** By name. */
  attributes: UserAttributes
}

/** Settings to change. Omitted ones stay unchanged. */
export type UserSettingsChanges = {
  /** An IANA name, such as Europe/Berlin. */
  readonly timeZone?: string | undefined
  /** When this time zone took effect, if in the past. Zones set after that are removed. */
  readonly timeZoneSince?: Date | undefined
  /** When the user's days start, from `00:00` to `12:00` by the user's clock. null: as the catalog says. */
  readonly dayStartsAt?: string | null | undefined
  /** When this start of days took effect, if in the past. Starts set after that are removed. */
  readonly dayStartsAtSince?: Date | undefined
  readonly visibility?: Visibility | undefined
  /** At most 50 in total. null removes one; attributes not listed stay unchanged. */
  readonly attributes?: AttributeChanges | undefined
}

/** Options for changing settings. */
export type UpdateSettingsOptions = CallOptions & {
  /**
   * How often per UTC day calls with this option may change the time zone or the start of days. Pass it for calls that users make
   * themselves. Default: no limit.
   */
  readonly ownZoneChangesPerDay?: number | undefined
}

type Change = UserSettingsChanges & { readonly userId: string }

/** Reads the settings of a user, in one statement. @throws INPUT_INVALID */
export async function readSettings(context: ServiceContext, db: Session, userId: string): Promise<UserSettings> {
  checkId('userId', userId)
  return settingsOf(context, db, userId)
}

async function settingsOf(
  { tables, defaultTimeZone }: ServiceContext,
  db: Session,
  userId: string,
): Promise<UserSettings> {
  const { timeZone, dayStartsAt, visibility, attributes } = await readStoredSettings(db, tables, userId)
  return { timeZone: timeZone ?? defaultTimeZone, dayStartsAt, visibility: visibility ?? 'on', attributes }
}

/**
 * Changes settings of a user, all or none, and returns all settings. @throws INPUT_INVALID; CHANGE_LIMITED above
 * `ownZoneChangesPerDay`
 */
export async function changeSettings(
  given: ServiceContext,
  options: UpdateSettingsOptions,
  change: Change,
): Promise<UserSettings> {
  const { visibility, attributes, ...clock } = checked(change, given.now())
  const { userId } = change
  return write(given, options, async tx => {
    const { context } = await lockForWriting(given, tx, [userId])
    const due: (BadgesByUser | undefined)[] = []
    for (const each of clockChanges(clock, options)) due.push(await changeClock(context, tx, each))
    if (visibility !== undefined) await changeVisibility(context, tx, { userId, visibility })
    if (attributes !== undefined) await writeAttributes(tx, context.tables, { userId, attributes })
    for (const awarded of due) if (awarded) announceAwards(given, tx, awarded)
    const settings = await settingsOf(given, tx, userId)
    if (Object.keys(settings.attributes).length > mostAttributes) throw tooManyAttributes()
    return settings
  })
}

function clockChanges(
  { userId, timeZone, timeZoneSince, dayStartsAt, dayStartsAtSince }: Change,
  { ownZoneChangesPerDay: most }: UpdateSettingsOptions,
): readonly UserClockChange[] {
  return [
    ...(timeZone === undefined ? [] : [{ userId, set: { zone: timeZone }, since: timeZoneSince, most }]),
    ...(dayStartsAt === undefined ? [] : [{ userId, set: { dayStartsAt }, since: dayStartsAtSince, most }]),
  ]
}

function checked(change: Change, now: Date): Change {
  const { userId, timeZone, timeZoneSince, dayStartsAt, dayStartsAtSince, visibility, attributes } = change
  checkId('userId', userId)
  checkSince(timeZoneSince, { field: 'timeZone', isGiven: timeZone !== undefined, now })
  checkSince(dayStartsAtSince, { field: 'dayStartsAt', isGiven: dayStartsAt !== undefined, now })
  if (visibility !== undefined && !visibilities.includes(visibility))
    throw invalid('visibility', `must be one of: ${visibilities.join(', ')}`, String(visibility))
  return {
    userId,
    visibility,
    timeZoneSince,
    dayStartsAtSince,
    ...(timeZone !== undefined && { timeZone: checkTimeZone('timeZone', timeZone) }),
    ...(dayStartsAt !== undefined && {
      dayStartsAt: dayStartsAt === null ? null : checkDayStart('dayStartsAt', dayStartsAt),
    }),
    ...(attributes !== undefined && { attributes: checkAttributes(attributes) }),
  }
}

type SinceOf = { readonly field: string; readonly isGiven: boolean; readonly now: Date }

function checkSince(since: unknown, { field, isGiven, now }: SinceOf): void {
  if (since === undefined) return
  const name = `${field}Since`
  if (!isValidDate(since)) throw invalid(name, 'is not a valid Date', String(since))
  if (since > now) throw invalid(name, 'is in the future', since.toISOString())
  if (!isGiven) throw invalid(name, `needs \`${field}\`; pass both`)
}

// Badges awarded while the user was not notified are not celebrated later.
async function changeVisibility(
  { tables, now }: ServiceContext,
  tx: Session,
  { userId, visibility }: { readonly userId: string; readonly visibility: Visibility },
): Promise<void> {
  const before = await writeVisibility(tx, tables, { userId, visibility })
  if ((visibility === 'off') !== (before === 'off'))
    await noteRanked(tx, tables, { userId, change: before === 'off' ? 'enter' : 'leave', at: now() })
  if (visibility === 'on' && before !== 'on') await insertSightings(tx, tables, { userId, badgeIds: 'all', at: now() })
}
