import pg from 'pg'

/**
 * Sees each statement before it is sent, on the connection that will send it; the statement waits for it, and fails as it
 * fails. What it returns, if anything, is done after the statement and before its answer is given.
 */
export type Gate = (statement: string, client: pg.Client) => Promise<undefined | (() => Promise<unknown>)>

/** A node-postgres pool, as a host has it, whose transactions' statements pass a gate. */
export type GatedPool = {
  readonly pool: pg.Pool
  /** Sets the gate; without one everything passes. */
  readonly setGate: (gate?: Gate) => void
}

/** Opens a pool whose statements can be held up, preceded and followed, to bring faults about where a test wants them. */
export function openGatedPool(url: string, max: number): GatedPool {
  let gate: Gate | undefined
  const inGate = new WeakSet<pg.Client>()

  const gated = async (client: pg.Client, config: unknown, send: () => Promise<unknown>): Promise<unknown> => {
    // What the gate itself sends passes; other connections go on meeting it.
    if (!gate || inGate.has(client)) return send()
    inGate.add(client)
    try {
      const after = await gate(typeof config === 'string' ? config : (config as { text: string }).text, client)
      const result = await send()
      await after?.()
      return result
    } finally {
      inGate.delete(client)
    }
  }
  class GatedClient extends pg.Client {
    // The driver's method has a dozen shapes; calls with a callback, which the pool itself makes, pass as they are.
    override query(...args: never[]): never {
      const send = super.query.bind(this) as (...args: unknown[]) => Promise<unknown>
      if (typeof args.at(-1) === 'function') return send(...args) as never
      return gated(this, args[0], () => send(...args)) as never
    }
  }
  const pool = new pg.Pool({ connectionString: url, max, Client: GatedClient })
  return {
    pool,
    setGate: next => {
      gate = next
    },
  }
}

/** Tells the statement that shortens the wait for locks: only a transaction that took long until then sends it. */
export function isSentWhenSlow(statement: string): boolean {
  return /lock_wait_ms.*clock_timestamp\(\) - now\(\)/s.test(statement) && !/^begin/i.test(statement)
}

/** Breaks a connection as a lost network does: without a word to the server. */
export function cutConnection(client: pg.Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy: () => void } } }
  connection.stream.destroy()
}

/** Tells what of a pool is not as it should be when nobody uses it; empty where it is whole and all of it works. */
export async function damageOf(pool: pg.Pool): Promise<string[]> {
  const { totalCount, idleCount, waitingCount } = pool
  const damage = [
    ...(idleCount === totalCount ? [] : [`${totalCount - idleCount} of ${totalCount} clients never came back`]),
    ...(waitingCount === 0 ? [] : [`${waitingCount} callers wait`]),
  ]
  if (damage.length > 0) return damage
  const clients = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()))
  for (const client of clients) {
    const answer = await client
      .query('SELECT pg_current_xact_id_if_assigned() IS NULL AS is_idle')
      .catch(error => error)
    client.release(answer instanceof Error ? answer : undefined)
    if (answer instanceof Error) damage.push(`a client is broken: ${answer.message}`)
    else if (!answer.rows[0].is_idle) damage.push('a client came back inside a transaction')
  }
  return damage
}
