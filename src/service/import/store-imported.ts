import { compareInTime } from '../../core/awards/replay.js'
import { laterOf } from '../../core/awards/standing.js'
import { badgeCategory, type NewCompletion } from '../../core/users/completion.js'
import { followingMerges } from '../../core/users/user-merged.js'
import { groupBy } from '../../core/values/group-by.js'
import type { Session } from '../../store/database/session.js'
import { insertRows, keyText, readStoredKeys } from '../../store/progress/completions.js'
import { readSettled } from '../../store/progress/folds.js'
import { writeGains } from '../../store/progress/ledger.js'
import { markCounted, uncounted } from '../../store/progress/standings.js'
import { readErased } from '../../store/users/erasures.js'
import { readMerged } from '../../store/users/former-ids.js'
import { recountPlaces } from '../awards/places.js'
import type { ServiceContext } from '../context/context.js'
import type { Locked } from '../context/locked.js'
import { skippingErased } from '../context/user-erased.js'
import { settledAmong, withoutFolded } from '../recount/folded.js'
import { freshUsers } from '../recount/fresh-user.js'
import { lockForWriting, write } from '../recount/write.js'

/** The result for the rows of a batch. */
export type Imported = {
  /** The keys that were stored, or would be, as {@link keyText}. */
  readonly newKeys: ReadonlySet<string>
  /** Users whose rows are refused because they were erased. */
  readonly erased: ReadonlySet<string>
  /** By key: rows that are refused because they are from before the line up to which their users were folded. */
  readonly tooEarly: ReadonlyMap<string, Date>
}

/**
 * Stores completions, badges and the points of the completions, and marks their users as not counted. In whatever order
 * rows arrive, each user is counted once, at the end.
 */
export function storeImported(context: ServiceContext, rows: readonly NewCompletion[]): Promise<Imported> {
  return followingMerges(rows, async current => asGiven(rows, current, await storeCurrent(context, current)))
}

async function storeCurrent(context: ServiceContext, rows: readonly NewCompletion[]): Promise<Imported> {
  const firsts = new Map<string, NewCompletion>()
  for (const row of rows) if (!firsts.has(keyText(row))) firsts.set(keyText(row), row)
  const byUser = groupBy([...firsts.values()].sort(compareInTime), ({ userId }) => userId)
  let storedFor: readonly string[] = []
  const stored = await skippingErased([...byUser.keys()], userIds => {
    storedFor = userIds
    return write(context, {}, tx => storeOf(context, tx, { byUser, userIds }))
  })
  const isStored = new Set(storedFor)
  return { ...stored, erased: new Set([...byUser.keys()].filter(userId => !isStored.has(userId))) }
}

/** Returns what storing would do, without writing anything. */
export async function tryImported({ db, tables }: ServiceContext, given: readonly NewCompletion[]): Promise<Imported> {
  const merged = await readMerged(db, tables, [...new Set(given.map(({ userId }) => userId))])
  const rows = given.map(row => ({ ...row, userId: merged.get(row.userId) ?? row.userId }))
  const stored = await readStoredKeys(db, tables, rows)
  const erased = await readErased(db, tables, [...new Set(rows.map(({ userId }) => userId))])
  const settled = await readSettled(db, tables, rows)
  const isOld = (key: string): boolean => stored.has(key) || settled.get(key)?.isFolded === true
  const tooEarly = rows.flatMap(row => {
    const until = settled.get(keyText(row))?.until
    return until && row.completedAt < until && !isOld(keyText(row)) ? [[keyText(row), until] as const] : []
  })
  const newKeys = new Set(rows.map(keyText).filter(key => !isOld(key)))
  return asGiven(given, rows, { newKeys, erased, tooEarly: new Map(tooEarly) })
}

// Names the rows as they were given, if their users were merged. Of two rows that are one now, the second is a duplicate.
function asGiven(given: readonly NewCompletion[], rows: readonly NewCompletion[], imported: Imported): Imported {
  if (given === rows) return imported
  const left = new Set(imported.newKeys)
  const pairs = given.map((row, i) => [row, rows[i]!] as const)
  return {
    newKeys: new Set(pairs.filter(([, row]) => left.delete(keyText(row))).map(([row]) => keyText(row))),
    erased: new Set(pairs.filter(([, row]) => imported.erased.has(row.userId)).map(([row]) => row.userId)),
    tooEarly: new Map(
      pairs.flatMap(([row, current]) => {
        const until = imported.tooEarly.get(keyText(current))
        return until ? [[keyText(row), until]] : []
      }),
    ),
  }
}

type Storing = {
  readonly byUser: ReadonlyMap<string, readonly NewCompletion[]>
  readonly userIds: readonly string[]
}

async function storeOf(
  context: ServiceContext,
  tx: Session,
  { byUser, userIds }: Storing,
): Promise<Omit<Imported, 'erased'>> {
  const { tables } = context
  const rows = userIds.flatMap(userId => byUser.get(userId)!)
  if (rows.length === 0) return { newKeys: new Set(), tooEarly: new Map() }
  // Locks users first: while this transaction holds nothing else, it can wait longer for busy users.
  const locked = await lockForWriting(context, tx, userIds)
  const recordedAt = latest(rows, context.now())
  const inserted = await insertRows(tx, tables, { rows, recordedAt })
  const insertedRows = inserted.size === rows.length ? rows : rows.filter(row => inserted.has(keyText(row)))
  const settled = await settledAmong(context, tx, { fresh: insertedRows, locked })
  const fresh = await withoutFolded(context, tx, { fresh: insertedRows, settled })
  const tooEarly = new Map(settled.tooEarly.map(row => [keyText(row), row.until]))
  // Refused rows are not duplicates.
  const newKeys = fresh === insertedRows ? inserted : new Set([...fresh.map(keyText), ...tooEarly.keys()])
  if (fresh.length === 0) return { newKeys, tooEarly }
  const completions = fresh.filter(({ category }) => category !== badgeCategory)
  const badges = fresh.filter(({ category }) => category === badgeCategory)
  await recountPlaces(
    locked.context,
    tx,
    badges.map(({ itemKey }) => itemKey),
  )
  await storeGains(tx, { locked, completions, recordedAt })
  await markCounted(tx, tables, { userIds: [...new Set(fresh.map(({ userId }) => userId))], countedWith: uncounted })
  return { newKeys, tooEarly }
}

type Gaining = {
  readonly locked: Locked
  readonly completions: readonly NewCompletion[]
  readonly recordedAt: Date
}

async function storeGains(tx: Session, { locked, completions, recordedAt }: Gaining): Promise<void> {
  const { context } = locked
  if (context.compiled.pointsRulesByCategory.size === 0) return
  const users = await freshUsers(context, tx, { byUser: groupBy(completions, ({ userId }) => userId), locked })
  const gains = users.flatMap(user => user.gains)
  if (gains.length > 0) await writeGains(tx, context.tables, { gains, recordedAt })
}

function latest(rows: readonly NewCompletion[], now: Date): Date {
  return rows.reduce((last, { completedAt }) => laterOf(last, completedAt)!, now)
}
