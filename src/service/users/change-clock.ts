import { type ClockChange, changedClocks, clocksBefore, isFirstZone } from '../../core/time/clock-history.js'
import { dayLabel, dayMs, utcDay } from '../../core/time/period.js'
import { MilepostError } from '../../core/values/errors.js'
import type { Session } from '../../store/database/session.js'
import { countOwnZoneChange, readClocks, readCompletionsAround, replaceClocks } from '../../store/users/calendars.js'
import type { BadgesByUser } from '../awards/award.js'
import type { CountingContext, ServiceContext } from '../context/context.js'
import { recountUsers } from '../recount/recount.js'
import { changeDays } from './moved-periods.js'

/** A change to the clock of a user. `since`: from when on, if not from now. */
export type UserClockChange = {
  readonly userId: string
  readonly set: ClockChange['set']
  readonly since: Date | undefined
  /** How often a day the user may do so. */
  readonly most: number | undefined
}

/**
 * Changes the time zone of a locked user, or when days start, and counts the user again if that moves completions to
 * another day. Returns the badges awarded, or undefined if nobody was counted again. @throws CHANGE_LIMITED
 */
export async function changeClock(
  context: CountingContext,
  tx: Session,
  { userId, set, since, most }: UserClockChange,
): Promise<BadgesByUser | undefined> {
  const { tables, now } = context
  const clocks = await readClocks(tx, tables, userId)
  const latest = clocks.at(-1)
  if (since === undefined && isInEffect(latest, set)) return undefined
  if (most !== undefined)
    await countOwnChange(context, tx, { userId, most, field: 'zone' in set ? 'timeZone' : 'dayStartsAt' })
  const change = { set, since: since ?? laterOf(now(), latest?.since) }
  const before = clocksBefore(clocks, change)
  const from = before.length > 1 ? before.at(-1)!.since : null
  const { hasInside, hasAfter } = await readCompletionsAround(tx, tables, { userId, from, until: change.since })
  const after = changedClocks(clocks, change, { isUsed: hasInside })
  // A user's first zone also holds for earlier completions. Another server's clock may be ahead of ours, and
  // completions that it recorded later than our now fall under the new clock. This applies even if this catalog does not
  // use days: another catalog may, and the change marks the user as counted differently.
  const isFirst = isFirstZone(clocks, change) && (hasInside || before.length > 1)
  const apply = (): Promise<void> => replaceClocks(tx, tables, { userId, before: clocks, after })
  if (!hasAfter && since === undefined && !isFirst) {
    await apply()
    return undefined
  }
  const revoked = await changeDays(context, tx, { userId, change: apply })
  return recountUsers(context, tx, [{ userId, fresh: [], revoked }])
}

type Latest = { readonly zone: string | null; readonly dayStartsAt?: string | null | undefined } | undefined

function isInEffect(latest: Latest, set: ClockChange['set']): boolean {
  return 'zone' in set ? latest?.zone === set.zone : (latest?.dayStartsAt ?? null) === set.dayStartsAt
}

type OwnChange = { readonly userId: string; readonly most: number; readonly field: string }

async function countOwnChange({ tables, now }: ServiceContext, tx: Session, change: OwnChange): Promise<void> {
  const { userId, most, field } = change
  const day = utcDay(now().getTime())
  const count = await countOwnZoneChange(tx, tables, { userId, day: dayLabel(day) })
  if (count <= most) return
  const waitSeconds = Math.ceil(((day + 1) * dayMs - now().getTime()) / 1000)
  const what = `The time zone of "${userId}", or when the days start,`
  const message = `${what} was changed ${most} times today already. Try again in ${waitSeconds} seconds.`
  throw new MilepostError('CHANGE_LIMITED', message, { details: { field, waitSeconds } })
}

function laterOf(a: Date, b: Date | undefined): Date {
  return b !== undefined && b > a ? b : a
}
