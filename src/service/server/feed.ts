import { createHash } from 'node:crypto'
import type { Database } from '../../store/database/database.js'
import {
  deletePassed,
  type FeedLag,
  type FeedPlace,
  isFeedWhole,
  keepOutboxOpen,
  type OutboxRow,
  type OutboxType,
  readFeedEnd,
  readFeedLag,
  readFeedRows,
  retentionMs,
} from '../../store/progress/outbox.js'
import type { Tables } from '../../store/schema/tables.js'

/** What others are told: of one award or revocation. */
export type FeedMessage = {
  /** The same for the same change, however often it is read and wherever it is sent. */
  readonly id: string
  /** Where to go on after this message. */
  readonly cursor: string
  readonly userId: string
  readonly type: OutboxType
  /** `{ type, timestamp, data: { userId, sequence, badge } }`, to the byte. */
  readonly body: string
}

/** A page of the feed. `cursor`: where to go on; `isLast`: whether nothing more could be read at that moment. */
export type FeedMessages = {
  readonly messages: readonly FeedMessage[]
  readonly cursor: string
  readonly isLast: boolean
}

/** Reads, in a bounded number of rows each time, what others are to be told. */
export type Feed = {
  /** Opens the outbox to writers, and keeps it open: to be called at least once a day. Deletes what is older than a week. */
  readonly keep: () => Promise<void>
  /** Gives the cursor behind everything that can be read now. */
  readonly end: () => Promise<string>
  /** Reads what follows a cursor, of one user where named. @throws TypeError for what is no cursor */
  readonly read: (page: {
    readonly after: string
    readonly limit?: number
    readonly userId?: string | undefined
  }) => Promise<FeedMessages>
  /** Tells whether a cursor of any origin is one, and everything after it is still there. */
  readonly canResume: (cursor: string) => Promise<boolean>
  readonly lag: () => Promise<FeedLag>
}

/** What a feed stands on. */
export type FeedOptions = { readonly db: Database; readonly tables: Tables; readonly now: () => Date }

const pageSize = 500
const deletedAtOnce = 1_000

/** Reads the feed of awards and revocations, in which no user's changes ever come out of order and none is missed. */
export function createFeed({ db, tables, now }: FeedOptions): Feed {
  return {
    keep: async () => {
      const at = now()
      await keepOutboxOpen(db, tables, at)
      const before = new Date(at.getTime() - retentionMs)
      while ((await deletePassed(db, tables, { before, limit: deletedAtOnce })) === deletedAtOnce);
    },
    end: async () => cursorOf(await readFeedEnd(db)),
    read: async ({ after, limit = pageSize, userId }) => {
      const rows = await readFeedRows(db, tables, { after: requiredPlace(after), limit, userId })
      const messages = rows.map(messageOf)
      return { messages, cursor: messages.at(-1)?.cursor ?? after, isLast: rows.length < limit }
    },
    canResume: async cursor => {
      const place = placeOf(cursor)
      return place !== null && isFeedWhole(db, tables, place)
    },
    lag: () => readFeedLag(db, tables),
  }
}

/** Makes a row of the outbox what others are told. */
export function messageOf({ place, userId, sequence, type, dataJson, at }: OutboxRow): FeedMessage {
  const head = `"type":${JSON.stringify(type)},"timestamp":${JSON.stringify(at.toISOString())}`
  const data = `"userId":${JSON.stringify(userId)},"sequence":${sequence},"badge":${dataJson}`
  return {
    id: messageId([userId, String(sequence), place.transactionId]),
    cursor: cursorOf(place),
    userId,
    type,
    body: `{${head},"data":{${data}}}`,
  }
}

/**
 * Names a message by what it is of. The transaction belongs to it: a user who was erased and comes back is counted from 1 again, and
 * receivers would take the new message for one that they know.
 */
export function messageId(parts: readonly string[]): string {
  return `msg_${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}`
}

/** Tells whether the first cursor stands before the second. */
export function isBefore(first: string, second: string): boolean {
  const [a, b] = [requiredPlace(first), requiredPlace(second)]
  const [transactionA, transactionB] = [BigInt(a.transactionId), BigInt(b.transactionId)]
  if (transactionA !== transactionB) return transactionA < transactionB
  return BigInt(a.position) < BigInt(b.position)
}

// Names no user: cursors stand in addresses and logs.
function cursorOf({ transactionId, position }: FeedPlace): string {
  return `${BigInt(transactionId).toString(36)}-${BigInt(position).toString(36)}`
}

/** Reads a cursor; null for what is none. */
function placeOf(cursor: string): FeedPlace | null {
  const [, transaction, position] = /^([0-9a-z]{1,13})-([0-9a-z]{1,13})$/.exec(cursor) ?? []
  if (transaction === undefined || position === undefined) return null
  const place = { transactionId: fromBase36(transaction), position: fromBase36(position) }
  return place.transactionId < 2n ** 63n && place.position < 2n ** 63n
    ? { transactionId: String(place.transactionId), position: String(place.position) }
    : null
}

function fromBase36(text: string): bigint {
  return [...text].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n)
}

function requiredPlace(cursor: string): FeedPlace {
  const place = placeOf(cursor)
  if (!place) throw new TypeError('Invalid feed cursor.')
  return place
}
