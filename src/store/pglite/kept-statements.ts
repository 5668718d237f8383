import type { PGlite } from '@electric-sql/pglite'
import { isKept } from '../database/drivers/pglite.js'
import { isStale } from '../database/failure.js'

type Messages = Awaited<ReturnType<PGlite['execProtocolStream']>>

/** A statement that stays prepared, and what PGlite said when it was parsed and described. */
type Kept = { readonly name: Uint8Array; readonly parsed: Messages; described?: Messages }

/**
 * Keeps those statements prepared that our driver marks. PGlite itself parses and plans every statement each time: it sends
 * them without a name, one message after the other
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html). Here they get a name, and are parsed and
 * described only once. PGlite runs one statement at a time, so the messages of two never mix.
 */
export function keepStatements(client: PGlite): void {
  const kept = new Map<string, Kept>()
  let count = 0
  let text = ''
  const send = client.execProtocolStream.bind(client)
  client.execProtocolStream = async (message, options) => {
    if (!isKept(options)) return send(message, options)
    const sendNamed = (name: Uint8Array, at: number): Promise<Messages> => send(withName(message, name, at), options)
    switch (message[0]) {
      case codes.parse: {
        text = decoder.decode(message.subarray(6, message.indexOf(0, 6)))
        const known = kept.get(text)
        if (known) return known.parsed
        count += 1
        const name = encoder.encode(`milepost_${count}`)
        const parsed = await sendNamed(name, 5)
        kept.set(text, { name, parsed })
        return parsed
      }
      case codes.describe: {
        if (message[5] !== codes.statement) return send(message, options)
        const statement = kept.get(text)!
        statement.described ??= await sendNamed(statement.name, 6)
        return statement.described
      }
      case codes.bind:
        return sendNamed(kept.get(text)!.name, 6).catch(error => {
          // The host has deallocated it. Our own transaction is tried again, and then prepares it again.
          if (isStale(error)) kept.delete(text)
          throw error
        })
      default:
        return send(message, options)
    }
  }
}

/** The first bytes of messages, and that of a description of a statement, not of its result. */
const codes = { parse: 0x50, bind: 0x42, describe: 0x44, statement: 0x53 }
const decoder = new TextDecoder()
const encoder = new TextEncoder()

// The length of a message comes after its first byte, and does not count that byte.
function withName(message: Uint8Array, name: Uint8Array, at: number): Uint8Array {
  const made = new Uint8Array(message.length + name.length)
  made.set(message.subarray(0, at))
  made.set(name, at)
  made.set(message.subarray(at), at + name.length)
  new DataView(made.buffer).setInt32(1, made.length - 1)
  return made
}
