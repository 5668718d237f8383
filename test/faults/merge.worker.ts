import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { createMilestoneService, isMilepostError } from '../../src/index.js'
import { inLanes, randomFrom, shuffled } from '../races/lists.js'
import { takePathOfProcess } from '../support/record-path.js'
import { argument, receive, report } from '../support/worker-process.js'
import { type MergeMessage, type MergeRound, mergeCatalog, mergeLesson } from './merge-rows.js'

const { url, name, index } = argument<{ readonly url: string; readonly name: string; readonly index: number }>()
takePathOfProcess(index)
const pool = new pg.Pool({ connectionString: url, max: 5, application_name: name, idleTimeoutMillis: 0 })
pool.on('error', () => {})
const service = createMilestoneService({ db: drizzle(pool), catalog: mergeCatalog, patienceMs: 60_000 })
const tell = (message: MergeMessage): void => report(message)

for (let round = await receive<MergeRound | null>(); round; round = await receive<MergeRound | null>()) {
  const random = randomFrom(2 * round.seed + index)
  const { pairs } = round
  const lessons = pairs.flatMap(pair => pair.lessons)
  await Promise.all([
    inLanes(shuffled(lessons, random), 4, async ({ userId, number }) => {
      const { status, awarded } = await untilAnswered(() => service.record(mergeLesson(userId, number)))
      const badges = awarded.map(({ id }) => id)
      tell({ type: 'answered', userId, lesson: `${userId} ${number}`, status, badges })
    }),
    inLanes(shuffled(pairs, random), 1, async ({ from, into }) => {
      tell({ type: 'merging' })
      await untilAnswered(() => service.mergeUsers({ from, into }, { reason: 'signed up' }))
    }),
  ])
  tell({ type: 'done' })
}
await service.close()
await pool.end()

/** Calls again with the same keys, as an app does that does not know what became of a call. */
async function untilAnswered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!isMilepostError(error) || !['DATABASE_FAILED', 'USER_BUSY'].includes(error.code)) throw error
    }
  }
}
