import type { NewCompletion } from '../../core/users/completion.js'
import { isMilepostError, MilepostError } from '../../core/values/errors.js'
import type { Session } from '../../store/database/session.js'
import { type Key, keyText } from '../../store/progress/completions.js'
import { deleteKeys, readFoldLine, readSettled } from '../../store/progress/folds.js'
import type { ServiceContext } from '../context/context.js'
import type { Locked } from '../context/locked.js'

/** What happened before to newly stored completions. Those that were folded, or are from before a line, cannot stay. */
export type SettledAmong = {
  /** The keys ({@link keyText}) of those that were undone before. */
  readonly undone: ReadonlySet<string>
  /** The keys of those that were recorded before and folded. */
  readonly repeated: ReadonlySet<string>
  /** Those from before the line of their user. */
  readonly tooEarly: readonly TooEarly[]
}

/** A completion from before its user's line. */
export type TooEarly = Key & { readonly until: Date }

const nothingSettled: SettledAmong = { undone: new Set(), repeated: new Set(), tooEarly: [] }

/**
 * Finds newly stored completions of locked users that were undone before, and those that must not be there. Runs no
 * statement if nothing of these users was ever folded or undone.
 */
export async function settledAmong(
  { tables }: ServiceContext,
  tx: Session,
  { fresh, locked }: { readonly fresh: readonly NewCompletion[]; readonly locked: Locked },
): Promise<SettledAmong> {
  const suspects = fresh.filter(({ userId }) => locked.users.get(userId)!.hasUndone)
  if (suspects.length === 0) return nothingSettled
  const settled = await readSettled(tx, tables, suspects)
  const keysOf = (holds: 'isFolded' | 'isUndone'): ReadonlySet<string> =>
    new Set([...settled].filter(([, each]) => each[holds]).map(([key]) => key))
  return {
    undone: keysOf('isUndone'),
    repeated: keysOf('isFolded'),
    tooEarly: suspects.flatMap(completion => {
      const { until = null, isFolded = false } = settled.get(keyText(completion)) ?? {}
      return until && completion.completedAt < until && !isFolded ? [{ ...completion, until }] : []
    }),
  }
}

/** Takes completions that must not be there out of the table again, and returns the others. */
export async function withoutFolded<Completion extends NewCompletion>(
  { tables }: ServiceContext,
  tx: Session,
  { fresh, settled }: { readonly fresh: readonly Completion[]; readonly settled: SettledAmong },
): Promise<readonly Completion[]> {
  const gone = new Set([...settled.repeated, ...settled.tooEarly.map(keyText)])
  if (gone.size === 0) return fresh
  await deleteKeys(
    tx,
    tables,
    fresh.filter(completion => gone.has(keyText(completion))),
  )
  return fresh.filter(completion => !gone.has(keyText(completion)))
}

/** Refuses a change of a locked user to what was before the line. @throws HISTORY_FOLDED */
export async function requireAfterLine(
  { tables }: ServiceContext,
  tx: Session,
  {
    userId,
    at,
    locked,
    what,
  }: { readonly userId: string; readonly at: Date; readonly locked: Locked; readonly what: string },
): Promise<void> {
  if (!locked.users.get(userId)!.hasUndone) return
  const until = await readFoldLine(tx, tables, userId)
  if (until && at < until) throw beforeLine(what, { userId, until })
}

/** Creates the error for something from before the line of a user. */
export function beforeLine(
  what: string,
  details: { readonly userId: string; readonly until: Date } & Readonly<Record<string, unknown>>,
): MilepostError {
  const until = details.until.toISOString()
  const message = `${what} before ${until}, up to which completions of the user ${JSON.stringify(details.userId)} were folded. Nothing before that time can change any more.`
  return new MilepostError('HISTORY_FOLDED', message, { details: { ...details, until } })
}

/** Creates the error for a completion that cannot be recorded. `index`: its position in the caller's list. */
export function completedTooEarly({ userId, category, itemKey, until }: TooEarly, index?: number): MilepostError {
  const place = index === undefined ? '' : `completion ${index}: `
  const what = `${place}completedAt of ${JSON.stringify(`${category} ${itemKey}`)} is`
  return beforeLine(what, {
    userId,
    category,
    itemKey,
    until,
    field: 'completedAt',
    ...(index !== undefined && { index }),
  })
}

/** Returns the completion that could not be recorded because it is from before a line, or null for another error. */
export function tooEarlyIn(error: unknown): TooEarly | null {
  if (!isMilepostError(error) || error.code !== 'HISTORY_FOLDED' || error.details.field !== 'completedAt') return null
  const { userId, category, itemKey, until } = error.details as Record<
    'userId' | 'category' | 'itemKey' | 'until',
    string
  >
  return { userId, category, itemKey, until: new Date(until) }
}
