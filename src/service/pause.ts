import type { Pause } from '../core/calendar.js'
import { leavesOf, milestoneOf } from '../core/compile.js'
import { checkId, invalid } from '../core/completion.js'
import { kindOf, textFault } from '../core/metadata.js'
import { dayMs } from '../core/period.js'
import { insertPause, type NewPause } from '../store/calendars.js'
import type { Database } from '../store/database.js'
import { everybody, readBadges } from '../store/holdings.js'
import { afterCommit } from '../store/transaction.js'
import { announceAwards } from './announce-awards.js'
import type { BadgesByUser } from './award.js'
import type { CallOptions, ServiceContext } from './context.js'
import { contextNow } from './governing.js'
import { rebuildUsers } from './rebuild.js'
import { recountUsers } from './recount.js'
import { settlePause } from './settle.js'
import { lockForWriting, write } from './write.js'

/** A stretch of time that streaks leave out: of one user, or, where `userId` is null, of everybody. */
export type StreakPause = {
  readonly userId: string | null
  readonly from: Date
  /** Excluded. */
  readonly to: Date
  readonly reason: string
}

/** What a call that reaches everybody may be given. */
export type PauseOptions = CallOptions & {
  /** Hears how many users have been counted anew. */
  readonly onProgress?: (userCount: number) => void
}

/**
 * Leaves the local days that a stretch of time touches out of streaks: they neither break nor count, also afterwards. Users are
 * counted anew, and badges that this brings are awarded. The same pause again changes nothing.
 * @throws INPUT_INVALID naming the field
 */
export async function pauseStreaks(context: ServiceContext, options: PauseOptions, pause: StreakPause): Promise<void> {
  checkPause(pause)
  const { userId, from, to: until, reason } = pause
  const row = { from, until, reason, recordedAt: context.now() }
  return userId === null ? pauseEverybody(context, options, row) : pauseUser(context, options, { ...row, userId })
}

async function pauseUser(given: ServiceContext, options: PauseOptions, pause: NewPause): Promise<void> {
  const { tables } = given
  await write(given, options, async tx => {
    const { context } = await lockForWriting(given, tx, [pause.userId])
    const isNew = await insertPause(tx, tables, pause)
    // Also where this catalog has no streaks: another's may, and sees by this that the user was counted otherwise.
    if (isNew) announceAwards(given, tx, await settlePause(context, tx, { userId: pause.userId, pause }))
  })
}

// Users whom this does not come to, since it is in the caller's transaction or was stopped, are counted anew when they are
// next touched: the number of such pauses is part of what a user was counted with.
async function pauseEverybody(
  context: ServiceContext,
  options: PauseOptions,
  pause: Omit<NewPause, 'userId'>,
): Promise<void> {
  let isCommitted = false
  await write(context, options, async tx => {
    afterCommit(tx, () => {
      isCommitted = true
    })
    await insertPause(tx, context.tables, { ...pause, userId: everybody })
  })
  if (!isCommitted) return
  const { compiled } = await contextNow(context)
  if (!compiled.hasStreaks) return
  await rebuildUsers(context, undefined, options.onProgress, (given, tx, ids) => pausePage(given, tx, ids, pause))
}

// Only who holds a badge over a streak may have one that the paused days decided.
async function pausePage(
  given: ServiceContext,
  tx: Database,
  userIds: readonly string[],
  pause: Pause,
): Promise<BadgesByUser> {
  const { context } = await lockForWriting(given, tx, userIds)
  const badges = await readBadges(tx, context.tables, { userIds })
  const concerned = userIds.filter(userId => badges.get(userId)!.some(({ id }) => isOverStreak(context, id)))
  const others = userIds.filter(userId => !concerned.includes(userId)).map(userId => ({ userId, fresh: [] }))
  const awarded = new Map(others.length > 0 ? await recountUsers(context, tx, others) : [])
  for (const userId of concerned) {
    for (const [id, own] of await settlePause(context, tx, { userId, pause })) awarded.set(id, own)
  }
  return awarded
}

function isOverStreak({ compiled }: ServiceContext, badgeId: string): boolean {
  const milestone = milestoneOf(compiled, badgeId)
  return milestone !== undefined && leavesOf(milestone.requirement).some(leaf => leaf.type === 'metric' && leaf.streak)
}

function checkPause({ userId, from, to, reason }: StreakPause): void {
  if (userId !== null) checkId('userId', userId)
  checkInstant('from', from)
  checkInstant('to', to)
  if (from >= to)
    throw invalid('to', 'does not lie after from; give the instant at which the pause ends', to.toISOString())
  if (to.getTime() - from.getTime() > longestMs)
    throw invalid('to', 'lies more than 10 years after from', to.toISOString())
  const problem =
    typeof reason === 'string'
      ? reason === ''
        ? 'is empty; say why'
        : textFault(reason)
      : `is ${kindOf(reason)}; give a text`
  if (problem) throw invalid('reason', problem, reason)
}

// Streaks walk over what is paused day by day.
const longestMs = 3_660 * dayMs

function checkInstant(field: string, value: unknown): void {
  if (!(value instanceof Date) || Number.isNaN(value.getTime()))
    throw invalid(field, 'is not a valid Date', String(value))
}
