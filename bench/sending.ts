import type { PGlite } from '@electric-sql/pglite'
import type { ClientBase } from 'pg'

/** Sends a statement and returns its rows. */
export type Send = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>

/** Sends statements in a transaction. */
export type Transact = (work: (send: Send) => Promise<void>) => Promise<void>

type Row = { readonly [column: string]: unknown }

/** Sends statements without a name, as `pg` does by default. Postgres parses and plans each of them every time. */
export function unpreparedOn(client: ClientBase): Transact {
  return transactWith(async (text, values) => (await client.query<Row>(text, values as unknown[])).rows)
}

/** Sends statements that have values by name, so that the server parses each of them once. */
export function preparedOn(client: ClientBase): Transact {
  const names = new Map<string, string>()
  return transactWith(async (text, values) => {
    if (!values) return (await client.query<Row>(text)).rows
    const name = names.get(text) ?? `by_hand_${names.size + 1}`
    names.set(text, name)
    return (await client.query<Row>({ name, text, values: [...values] })).rows
  })
}

/** Sends statements to a PGlite of this process, in the transactions of PGlite, because it vacuums between them. */
export function embeddedOn(client: PGlite): Transact {
  return async work => {
    await client.transaction(tx =>
      work(async (text, values) => (await tx.query<Row>(text, values && [...values])).rows),
    )
  }
}

const begin = `begin isolation level read committed;
  select set_config('lock_timeout', (extract(epoch from current_setting('deadlock_timeout')::interval) * 500)::int || 'ms', true)`

function transactWith(send: Send): Transact {
  return async work => {
    await send(begin)
    await work(send)
    await send('commit')
  }
}
