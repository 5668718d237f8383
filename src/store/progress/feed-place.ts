/**
 * A position in the feed: everything up to it was read. Its numbers are text, because they can be larger than
 * JavaScript can count exactly.
 */
export type FeedPlace = { readonly transactionId: string; readonly position: string }

/** How far the feed is behind what was written, for health. Null if it is not behind. */
export type FeedLag = {
  /** When the oldest row was written that an enabled webhook has not passed. */
  readonly oldestUnreadAt: Date | null
  /** When the oldest row was written that cannot be read yet, because an older transaction is still open. */
  readonly oldestHeldBackAt: Date | null
  /** How long the oldest visible writing transaction of the server, in any database, has been open. */
  readonly oldestTransactionMs: number | null
}
