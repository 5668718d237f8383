/** Opens, locks or fills the folder named on the command line, in a process of its own, at the word of a test. */
import { createInterface } from 'node:readline'
import { setImmediate as turn } from 'node:timers/promises'
import type { EmbeddedDatabase } from '../../src/pglite.js'
import type { FolderLock } from '../../src/store/pglite/folder-lock.js'

const folder = process.argv[2]!
let database: EmbeddedDatabase | undefined
let lock: FolderLock | undefined

// What a command does not need it does not load: ten of these start at once.
const commands: Readonly<Record<string, () => Promise<string>>> = {
  open: async () => {
    const { openPglite } = await import('../../src/pglite.js')
    database = await openPglite(folder)
    return 'opened'
  },
  close: async () => {
    await database?.close()
    return 'closed'
  },
  lock: async () => {
    const { lockFolder } = await import('../../src/store/pglite/folder-lock.js')
    lock = await lockFolder(folder)
    return 'locked'
  },
  unlock: async () => {
    await lock?.release()
    return 'unlocked'
  },
  ids: async () => JSON.stringify((await database!.db.query<{ id: number }>('SELECT id FROM record')).rows),
  record: async () => recordUntilKilled(database!),
}

async function recordUntilKilled({ db: client }: EmbeddedDatabase): Promise<string> {
  await client.exec('CREATE TABLE IF NOT EXISTS record (id bigint PRIMARY KEY)')
  const { rows } = await client.query<{ next: number }>('SELECT coalesce(max(id), 0) + 1 AS next FROM record')
  for (let id = Number(rows[0]!.next); !process.stdin.readableEnded; id += 2) {
    await client.query('INSERT INTO record VALUES ($1)', [id])
    say(String(id))
    await client.transaction(tx => tx.query('INSERT INTO record VALUES ($1)', [id + 1]))
    say(String(id + 1))
    // PGlite alone never lets the end of the input be seen, should the test be gone.
    await turn()
  }
  return 'stopped'
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const input = createInterface({ input: process.stdin })
input.on('line', command => void commands[command]!().then(say, error => say(`${error.code}: ${error.message}`)))
