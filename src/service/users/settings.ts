import type { ZoneSince } from '../../core/time/calendar.js'
import { dayLabel, dayMs, utcDay } from '../../core/time/period.js'
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
import { MilepostError } from '../../core/values/errors.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { noteRanked } from '../../store/progress/rank-changes.js'
import { writeVisibility } from '../../store/progress/standings.js'
import { readStoredSettings, writeAttributes } from '../../store/users/attributes.js'
import { countOwnZoneChange, readCompletionsAround, readZones, replaceZones } from '../../store/users/calendars.js'
import { insertSightings } from '../../store/users/sightings.js'
import { announceAwards } from '../awards/announce-awards.js'
import type { BadgesByUser } from '../awards/award.js'
import type { CallOptions, CountingContext, ServiceContext } from '../context/context.js'
import { recountUsers } from '../recount/recount.js'
import { lockForWriting, write } from '../recount/write.js'
import { changeDays } from './moved-periods.js'

/** The settings of a user. */
export type UserSettings = {
  timeZone: string
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
  readonly visibility?: Visibility | undefined
  /** At most 50 in total. null removes one; attributes not listed stay unchanged. */
  readonly attributes?: AttributeChanges | undefined
}

/** Options for changing settings. */
export type UpdateSettingsOptions = CallOptions & {
  /**
   * How often per UTC day calls with this option may change the time zone. Pass it for calls that users make
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
  const { timeZone, visibility, attributes } = await readStoredSettings(db, tables, userId)
  return { timeZone: timeZone ?? defaultTimeZone, visibility: visibility ?? 'on', attributes }
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
  const { userId, timeZone, timeZoneSince, visibility, attributes } = checked(change, given.now())
  return write(given, options, async tx => {
    const { context } = await lockForWriting(given, tx, [userId])
    const move = timeZone === undefined ? undefined : { userId, timeZone, timeZoneSince }
    const due = move && (await moveToZone(context, tx, move, options))
    if (visibility !== undefined) await changeVisibility(context, tx, { userId, visibility })
    if (attributes !== undefined) await writeAttributes(tx, context.tables, { userId, attributes })
    if (due) announceAwards(given, tx, due)
    const settings = await settingsOf(given, tx, userId)
    if (Object.keys(settings.attributes).length > mostAttributes) throw tooManyAttributes()
    return settings
  })
}

function checked(change: Change, now: Date): Change {
  const { userId, timeZone, timeZoneSince, visibility, attributes } = change
  checkId('userId', userId)
  checkSince(timeZoneSince, { timeZone, now })
  if (visibility !== undefined && !visibilities.includes(visibility))
    throw invalid('visibility', `must be one of: ${visibilities.join(', ')}`, String(visibility))
  return {
    userId,
    visibility,
    timeZoneSince,
    ...(timeZone !== undefined && { timeZone: checkTimeZone('timeZone', timeZone) }),
    ...(attributes !== undefined && { attributes: checkAttributes(attributes) }),
  }
}

function checkSince(since: unknown, { timeZone, now }: { readonly timeZone: unknown; readonly now: Date }): void {
  if (since === undefined) return
  if (!(since instanceof Date) || Number.isNaN(since.getTime()))
    throw invalid('timeZoneSince', 'is not a valid Date', String(since))
  if (since > now) throw invalid('timeZoneSince', 'is in the future', since.toISOString())
  if (timeZone === undefined) throw invalid('timeZoneSince', 'needs `timeZone`; pass both')
}

type ZoneMove = Pick<Change, 'userId' | 'timeZoneSince'> & { readonly timeZone: string }

async function moveToZone(
  context: CountingContext,
  tx: Session,
  { userId, timeZone, timeZoneSince }: ZoneMove,
  { ownZoneChangesPerDay }: UpdateSettingsOptions,
): Promise<BadgesByUser | undefined> {
  const { tables, now } = context
  const zones = await readZones(tx, tables, userId)
  const latest = zones.at(-1)
  if (latest?.zone === timeZone && timeZoneSince === undefined) return undefined
  if (ownZoneChangesPerDay !== undefined) await countOwnChange(context, tx, { userId, most: ownZoneChangesPerDay })
  const since = timeZoneSince ?? laterOf(now(), latest?.since)
  const staying = zones.filter((zone, i) => i === 0 || zone.since < since)
  const from = staying.length > 1 ? staying.at(-1)!.since : null
  const { hasInside, hasAfter } = await readCompletionsAround(tx, tables, { userId, from, until: since })
  const after = withZone(hasInside ? staying : staying.slice(0, -1), { zone: timeZone, since })
  // A user's first zone also holds for earlier completions. Another server's clock may be ahead of ours, and
  // completions that it recorded later than our now fall under the new zone. This applies even if this catalog does not
  // use days: another catalog may, and the change marks the user as counted differently.
  const isMoved = hasAfter || timeZoneSince !== undefined || (zones.length === 0 && hasInside)
  const change = (): Promise<void> => replaceZones(tx, tables, { userId, before: zones, after })
  if (!isMoved) {
    await change()
    return undefined
  }
  const revoked = await changeDays(context, tx, { userId, change })
  return recountUsers(context, tx, [{ userId, fresh: [], revoked }])
}

// A zone without any completion was left out, so that switching back and forth stores nothing. The first zone also
// holds for the time before it, so its instant can be anywhere before the next one.
function withZone(zones: readonly ZoneSince[], added: ZoneSince): readonly ZoneSince[] {
  if (zones.at(-1)?.zone === added.zone) return zones
  const [first, ...rest] = zones
  if (!first || first.since < added.since) return [...zones, added]
  return [{ ...first, since: new Date(added.since.getTime() - 1) }, ...rest, added]
}

async function countOwnChange(
  { tables, now }: ServiceContext,
  tx: Session,
  { userId, most }: { readonly userId: string; readonly most: number },
): Promise<void> {
  const day = utcDay(now().getTime())
  const count = await countOwnZoneChange(tx, tables, { userId, day: dayLabel(day) })
  if (count <= most) return
  const waitSeconds = Math.ceil(((day + 1) * dayMs - now().getTime()) / 1000)
  const message = `The time zone of "${userId}" was changed ${most} times today already. Try again in ${waitSeconds} seconds.`
  throw new MilepostError('CHANGE_LIMITED', message, { details: { field: 'timeZone', waitSeconds } })
}

function laterOf(a: Date, b: Date | undefined): Date {
  return b !== undefined && b > a ? b : a
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
