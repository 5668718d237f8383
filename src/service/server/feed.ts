import { createHash } from 'node:crypto'
import type { Session } from '../../store/database/session.js'
import type { FeedLag, FeedPlace } from '../../store/progress/feed-place.js'
import {
  deletePassed,
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

/** A message about one award or revocation, for the live stream and webhooks. */
export type FeedMessage = {
  /** Always the same for the same change, however often it is read and wherever it is sent. */
  readonly id: string
  /** Where to continue after this message. */
  readonly cursor: string
  readonly userId: string
  readonly type: OutboxType
  /** `{ type, timestamp, data: { userId, sequence, badge } }`, exactly these bytes. */
  readonly body: string
}

/** A page of the feed. `cursor`: where to continue. `isLast`: whether nothing more could be read at that moment. */
export type FeedMessages = {
  readonly messages: readonly FeedMessage[]
  readonly cursor: string
  readonly isLast: boolean
}

/** Reads messages for the live stream and webhooks, a limited number of rows at a time. */
export type Feed = {
  /**
   * Opens the outbox for writers and keeps it open: call it at least once a day. Deletes messages older than a week.
   */
  readonly keep: () => Promise<void>
  /** Returns the cursor after everything that can be read now. */
  readonly end: () => Promise<string>
  /** Reads what follows a cursor, of one user if you pass one. @throws TypeError if the cursor is not valid */
  readonly read: (page: {
    readonly after: string
    readonly limit?: number
    readonly userId?: string | undefined
  }) => Promise<FeedMessages>
  /** Tells whether a cursor from an untrusted source is valid, and everything after it is still stored. */
  readonly canResume: (cursor: string) => Promise<boolean>
  readonly lag: () => Promise<FeedLag>
}

/** What a feed needs: the service's database, tables and clock. */
export type FeedOptions = { readonly db: Session; readonly tables: Tables; readonly now: () => Date }

const pageSize = 500
const deletedAtOnce = 1_000

/** Creates the feed of awards and revocations. It misses no change, and the changes of one user are always in order. */
export function createFeed({ db, tables, now }: FeedOptions): Feed {
  return {
    keep: async () => {
      const at = now()
      await keepOutboxOpen(db, tables, at)
      const before = new Date(at.getTime() - retentionMs)
      while ((await deletePassed(db, tables, { before, limit: deletedAtOnce })) === deletedAtOnce);
    },
    end: async () => cursorOf(await readFeedEnd(db, tables)),
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

/** Turns a row of the outbox into a message. */
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
 * Returns the id of a message, made from what it is about. The transaction is part of it: the changes of a user who was
 * erased and has come back are numbered from 1 again, and receivers would take a new message for one they already know.
 */
export function messageId(parts: readonly string[]): string {
  return `msg_${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}`
}

/** Tells whether the first cursor is before the second. */
export function isBefore(first: string, second: string): boolean {
  const [a, b] = [requiredPlace(first), requiredPlace(second)]
  const [transactionA, transactionB] = [BigInt(a.transactionId), BigInt(b.transactionId)]
  if (transactionA !== transactionB) return transactionA < transactionB
  return BigInt(a.position) < BigInt(b.position)
}

// Contains no user id, because cursors appear in addresses and logs.
function cursorOf({ transactionId, position }: FeedPlace): string {
  return `${BigInt(transactionId).toString(36)}-${BigInt(position).toString(36)}`
}

/** Reads a cursor. Returns null if it is not valid. */
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
