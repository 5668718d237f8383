import {
  type AttributeChanges,
  checkAttributes,
  mostAttributes,
  tooManyAttributes,
  type UserAttributes,
} from '../core/attributes.js'
import { checkId, invalid } from '../core/completion.js'
import { checkTimeZone } from '../core/time-zone.js'
import { type Visibility, visibilities } from '../core/visibility.js'
import { readStoredSettings, writeAttributes } from '../store/attributes.js'
import { insertZone, readLatestZone } from '../store/calendars.js'
import type { Database } from '../store/database.js'
import { insertSightings } from '../store/sightings.js'
import { writeVisibility } from '../store/standings.js'
import { announceAwards } from './announce-awards.js'
import type { BadgesByUser } from './award.js'
import type { CallOptions, ServiceContext } from './context.js'
import { changeDays } from './moved-periods.js'
import { recountUsers } from './recount.js'
import { lockForWriting, write } from './write.js'

/** What holds for a user. */
export type UserSettings = {
  timeZone: string
  visibility: Visibility
  /** By name. */
  attributes: UserAttributes
}

/** Settings to change; what is left out stays. */
export type SettingsChanges = {
  /** An IANA name, such as Europe/Berlin. */
  readonly timeZone?: string | undefined
  readonly visibility?: Visibility | undefined
  /** At most 50 in all; null takes one away, and what is not named stays. */
  readonly attributes?: AttributeChanges | undefined
}

type Change = SettingsChanges & { readonly userId: string }

/** Reads what holds for a user, in one statement. @throws INPUT_INVALID */
export async function readSettings(context: ServiceContext, db: Database, userId: string): Promise<UserSettings> {
  checkId('userId', userId)
  const { tables, defaultTimeZone } = context
  const { timeZone, visibility, attributes } = await readStoredSettings(db, tables, userId)
  return { timeZone: timeZone ?? defaultTimeZone, visibility: visibility ?? 'on', attributes }
}

/** Changes settings of a user, all or none. @throws INPUT_INVALID */
export async function changeSettings(given: ServiceContext, options: CallOptions, change: Change): Promise<void> {
  const { userId, timeZone, visibility, attributes } = checked(change)
  await write(given, options, async tx => {
    const { context } = await lockForWriting(given, tx, [userId])
    const due = timeZone === undefined ? undefined : await moveToZone(context, tx, { userId, timeZone })
    if (visibility !== undefined) await takePart(context, tx, { userId, visibility })
    if (attributes !== undefined) await describe(context, tx, { userId, attributes })
    if (due) announceAwards(given, tx, due)
  })
}

function checked(change: Change): Change {
  const { userId, timeZone, visibility, attributes } = change
  checkId('userId', userId)
  if (visibility !== undefined && !visibilities.includes(visibility))
    throw invalid('visibility', `must be one of: ${visibilities.join(', ')}`, String(visibility))
  return {
    userId,
    visibility,
    ...(timeZone !== undefined && { timeZone: checkTimeZone('timeZone', timeZone) }),
    ...(attributes !== undefined && { attributes: checkAttributes(attributes) }),
  }
}

// The first zone also holds for what came before it; a later one leaves that on the day that it was.
async function moveToZone(
  context: ServiceContext,
  tx: Database,
  { userId, timeZone }: { readonly userId: string; readonly timeZone: string },
): Promise<BadgesByUser | undefined> {
  const { tables, now } = context
  if ((await readLatestZone(tx, tables, userId)) === timeZone) return undefined
  const change = (): Promise<void> => insertZone(tx, tables, { userId, zone: timeZone, at: now() })
  const revoked = await changeDays(context, tx, { userId, change })
  // Another server's clock may be ahead of ours: what it recorded as later than now falls under the new zone. Also where this
  // catalog asks for no days: another's may, and sees by this that the user was counted otherwise.
  return recountUsers(context, tx, [{ userId, fresh: [], revoked }])
}

// What came while the user was not notified is not celebrated afterwards.
async function takePart(
  { tables, now }: ServiceContext,
  tx: Database,
  { userId, visibility }: { readonly userId: string; readonly visibility: Visibility },
): Promise<void> {
  const before = await writeVisibility(tx, tables, { userId, visibility })
  if (visibility === 'on' && before !== 'on') await insertSightings(tx, tables, { userId, badgeIds: 'all', at: now() })
}

async function describe(
  { tables }: ServiceContext,
  tx: Database,
  change: { readonly userId: string; readonly attributes: AttributeChanges },
): Promise<void> {
  await writeAttributes(tx, tables, change)
  const { attributes } = await readStoredSettings(tx, tables, change.userId)
  if (Object.keys(attributes).length > mostAttributes) throw tooManyAttributes()
}
