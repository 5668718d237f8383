import { invalid } from '../core/completion.js'
import { defaultTimeZone, timeZoneNamed } from '../core/time-zone.js'
import { insertZone, readLatestZone } from '../store/calendars.js'
import { announceAwards } from './announce-awards.js'
import type { CallOptions, ServiceContext } from './context.js'
import { recountUsers } from './recount.js'
import { lockForWriting, write } from './write.js'

/**
 * Lets a user's days run by a zone from now on. What was completed before stays on the day that it was. Nothing happens where
 * the zone is that already. @throws INPUT_INVALID where it is no name of a zone
 */
export async function setTimeZone(
  given: ServiceContext,
  options: CallOptions,
  { userId, zone }: { readonly userId: string; readonly zone: string },
): Promise<void> {
  const { tables, now } = given
  const name = checkedZone(zone)
  const awarded = await write(given, options, async tx => {
    const { context } = await lockForWriting(given, tx, [userId])
    if (((await readLatestZone(tx, tables, userId)) ?? defaultTimeZone) === name) return new Map()
    await insertZone(tx, tables, { userId, zone: name, at: now() })
    // Another server's clock may be ahead of ours: what it recorded as later than now falls under the new zone. Also where this
    // catalog asks for no days: another's may, and sees by this that the user was counted otherwise.
    return recountUsers(context, tx, [{ userId, fresh: [] }])
  })
  announceAwards(given, options, awarded)
}

function checkedZone(zone: unknown): string {
  const name = typeof zone === 'string' ? timeZoneNamed(zone) : undefined
  if (name !== undefined) return name
  const problem =
    'is no name of a time zone (IANA) that this server knows; give one such as Europe/Berlin, not an offset'
  throw invalid('zone', problem, zone)
}
