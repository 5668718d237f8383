import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { createMilestoneService } from '../../src/index.js'
import { takePathsByTurns } from '../support/record-path.js'
import { argument, receive, report } from '../support/worker-process.js'
import { feedCatalog } from './feed-catalog.js'
import { inLanes, names, randomFrom } from './lists.js'

// A host whose transactions get their numbers before they touch a user, so they commit out of order.

type Task = {
  readonly url: string
  readonly seed: number
  readonly userIds: readonly string[]
  readonly rounds: number
}

const { url, seed, userIds, rounds } = argument<Task>()
takePathsByTurns()
const laneCount = 4
const pool = new pg.Pool({ connectionString: url, max: laneCount })
const db = drizzle(pool)
const service = createMilestoneService({ db, catalog: feedCatalog })
const random = randomFrom(seed)
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!

report('ready')
await receive()
await write(rounds / 2)
// Until something of it was read.
await receive()
await write(rounds / 2)
await pool.end()

async function write(count: number): Promise<void> {
  await inLanes(names('round', count), laneCount, async () => {
    const userId = pick(userIds)
    const key = { userId, category: 'lesson', itemKey: pick(['a', 'b']) }
    const isUndo = random() < 0.5
    const isRolledBack = random() < 0.1
    await db
      .transaction(async tx => {
        await tx.execute(sql`select pg_current_xact_id()`)
        for (let i = Math.floor(random() * 4); i > 0; i--) await tx.execute(sql`select`)
        if (isUndo) await service.undo(key, { reason: 'changed my mind' }, { db: tx })
        else await service.record(key, { db: tx })
        if (isRolledBack) throw new Error('rolled back')
      })
      .catch(error => {
        if (!/rolled back/.test(String(error))) throw error
      })
  })
}
