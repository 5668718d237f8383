import type { PGlite } from '@electric-sql/pglite'

/** Which tables need a VACUUM: those with this many dead or changed rows, plus a share of all their rows. */
export type UpkeepThreshold = { readonly rows: number; readonly share: number }

export type Upkeep = {
  /** Call this when the database was used. Starts a round in the background if one is due. */
  noticeUse(): void
  vacuum(threshold: UpkeepThreshold): Promise<void>
  /** Starts no further round, and waits for a running one. */
  stop(): Promise<void>
}

const byItself: UpkeepThreshold = { rows: 1000, share: 0.1 }
const walBytesBeforeCheckpoint = 64 * 1024 * 1024

/**
 * Does what Postgres' background processes do and PGlite, which has no processes, does not: VACUUM and ANALYZE of
 * tables with many dead or changed rows, and checkpoints. Without checkpoints the write-ahead log grows forever (in
 * memory too).
 *
 * Use triggers it, not a timer: consecutive calls on PGlite never let a timer fire, and an unused database needs
 * nothing. Its statements queue like the client's own, and what cannot run inside a transaction is left for later while the host
 * has one open.
 */
export function keepUp(client: PGlite, intervalMs: number): Upkeep {
  let lastAt = performance.now()
  let round: Promise<void> | undefined
  let isStopped = false

  return {
    noticeUse: () => {
      if (isStopped || round !== undefined || performance.now() - lastAt < intervalMs) return
      round = runRound(client).finally(() => {
        lastAt = performance.now()
        round = undefined
      })
    },
    vacuum: threshold => vacuum(client, threshold),
    stop: async () => {
      isStopped = true
      await round
    },
  }
}

/**
 * Reports an error instead of throwing it: nobody awaits a background round, and the next statement meets the same
 * cause itself.
 */
export function warnOfUpkeep(fault: unknown): void {
  process.emitWarning(`Milepost could not vacuum or checkpoint its embedded database: ${String(fault)}`)
}

async function runRound(client: PGlite): Promise<void> {
  try {
    await vacuum(client, byItself)
    if (await isLogLong(client)) await sendOutsideTransaction(client, 'CHECKPOINT')
  } catch (fault) {
    warnOfUpkeep(fault)
  }
}

async function vacuum(client: PGlite, { rows, share }: UpkeepThreshold): Promise<void> {
  // Postgres delays its counts by a second. A session that ends earlier would look as if it had changed nothing.
  if (client.isInTransaction()) return
  await client.exec('SELECT pg_stat_force_next_flush()')
  const due = await client.query<{ name: string }>(
    `SELECT format('%I.%I', t.schemaname, t.relname) AS name
       FROM pg_stat_user_tables t JOIN pg_class c ON c.oid = t.relid
      WHERE greatest(t.n_dead_tup, t.n_mod_since_analyze) >= $1 + $2 * greatest(c.reltuples, 0)`,
    [rows, share],
  )
  for (const { name } of due.rows) await sendOutsideTransaction(client, `VACUUM (ANALYZE) ${name}`)
}

// The host may have sent BEGIN as a statement like any other, and VACUUM would end that transaction. Nothing comes between the look
// and the statement. Does nothing inside a transaction.
async function sendOutsideTransaction(client: PGlite, statement: string): Promise<void> {
  await client.runExclusive(async () => {
    if (!client.isInTransaction()) await client.execProtocol(queryMessage(statement))
  })
}

/** Encodes a statement as a message of the Postgres protocol (https://www.postgresql.org/docs/current/protocol-message-formats.html, Query). */
function queryMessage(statement: string): Uint8Array {
  const text = new TextEncoder().encode(statement)
  const message = new Uint8Array(text.length + 6)
  message[0] = 'Q'.charCodeAt(0)
  new DataView(message.buffer).setInt32(1, text.length + 5)
  message.set(text, 5)
  return message
}

async function isLogLong(client: PGlite): Promise<boolean> {
  const { rows } = await client.query<{ is_long: boolean }>(
    'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) >= $1 AS is_long FROM pg_control_checkpoint()',
    [walBytesBeforeCheckpoint],
  )
  return rows[0]?.is_long === true
}
