import { drizzle } from 'drizzle-orm/node-postgres'
import { expect, test } from 'vitest'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { isSentWhenSlow, openGatedPool } from '../faults/gated-pool.js'
import { openDatabase } from '../support/databases.js'
import { recordByTurns } from './both-paths.js'

const one = (category: string, more: object = {}) => {
  return { id: category, title: category, requirement: { type: 'count', category, target: 1 }, ...more }
}
const done = (userId: string, category: string) => ({ userId, category, itemKey: 'a' })

recordByTurns()

test('a limit costs no statement unless its badge is awarded', async () => {
  const database = await openDatabase('pg')
  const { pool, setGate } = openGatedPool(database.url, 1)
  let statements: string[] = []
  setGate(async statement => {
    if (!isSentWhenSlow(statement)) statements.push(statement)
    return undefined
  })
  const recording = (more: object) => {
    const catalog = parseCatalog({ milestones: [one('lesson'), one('quiz', more)] })
    const service = createMilestoneService({ db: drizzle(pool), catalog })
    return async (userId: string, category: string) => {
      statements = []
      await service.record(done(userId, category))
      return { all: statements.length, ofPlaces: statements.filter(text => text.includes('_places')).length }
    }
  }
  const [open, limited] = [recording({}), recording({ limit: 2 })]
  for (const category of ['other', 'lesson', 'quiz']) {
    await limited('first', category)
    const [before, after] = [await open('ann', category), await limited('bob', category)]
    const more = category === 'quiz' ? 2 : 0
    expect([category, after]).toEqual([category, { all: before.all + more, ofPlaces: more }])
  }
  // Nobody waits for a badge that is full.
  expect(await limited('bob', 'lesson')).toMatchObject({ ofPlaces: 0 })
  expect(await limited('last', 'quiz')).toMatchObject({ ofPlaces: 1 })
  await pool.end()
  await database.close()
})
