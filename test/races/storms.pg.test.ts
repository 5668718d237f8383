import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService } from '../../src/index.js'
import { tried } from '../reliability/tried.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { type Crew, joined, type StormAnswer, startCrew } from './crew.js'
import { names, pieces } from './lists.js'
import { lessonsBefore, limitedCatalog, nextStormCatalog, stormBadges, stormCatalog } from './storm-catalog.js'

// Four processes of eight connections each. The seed of what is shuffled; a failure repeats with the one it prints.
const seed = Number(process.env.STORM_SEED ?? 20_260_101)

let database: TestDatabase<'pg'>
let crew: Crew
let service: MilestoneService

beforeAll(async () => {
  database = await openDatabase('pg')
  crew = await startCrew(await patientUrl(database))
  service = createMilestoneService({ db: database.db, catalog: stormCatalog })
})
beforeEach(() => database.clear())
afterAll(async () => {
  await crew.end()
  await database.close()
})

test('users taken over single and compound targets from all sides get each badge once, none missing', async () => {
  const userIds = names('user', scale(120, 20_000))
  tried('users', userIds.length)
  for (const batch of pieces(lessonsBefore(userIds, 6), 3_000)) await service.record(batch)
  const { awards, errors } = await inRounds(pieces(userIds, 250), userIds => ({ type: 'take over targets', userIds }))
  expect(errors).toEqual([])
  const expected = userIds.flatMap(userId => stormBadges.map(id => `${userId}: ${id}`))
  expect(await heldBadges()).toEqual(expected.toSorted())
  expect(awards.toSorted()).toEqual(expected.toSorted())
  expect(await service.verify()).toEqual([])
})

test('one completion recorded 64 times at once has one effect, and every answer names the same badges', async () => {
  const userIds = names('user', scale(30, 2_000))
  tried('users', userIds.length)
  for (const batch of pieces(almostThere(userIds), 3_000)) await service.record(batch)
  const { answers, errors } = await inRounds(pieces(userIds, 10), userIds => {
    return { type: 'record one key', userIds, callCount: 16 }
  })
  expect(errors).toEqual([])
  expect(tally(answers)).toEqual(
    tally(
      userIds.flatMap(userId => [
        `${userId} recorded: rich,ten,whole`,
        ...Array.from({ length: 63 }, () => `${userId} duplicate: rich,ten,whole`),
      ]),
    ),
  )
  expect(await service.verify()).toEqual([])
})

test('coins are spent once per key and never below zero, whoever wants them at the same time', async () => {
  const userIds = names('user', scale(6, 500))
  tried('users', userIds.length)
  for (const userId of userIds)
    await service.adjustPoints(userId, { points: 10, currency: 'gems', key: 'gift', reason: 'A gift' })
  const { answers, errors } = await inRounds(pieces(userIds, 10), userIds => ({ type: 'spend', userIds, callCount: 8 }))
  expect(errors).toEqual([])
  const expected = (status: string, count: number) => Array.from({ length: count }, () => status)
  const statuses = [...expected('spent', 3), ...expected('duplicate', 9), ...expected('insufficient', 20)]
  expect(tally(answers)).toEqual(tally(userIds.flatMap(userId => statuses.map(status => `${userId} ${status}`))))
  for (const userId of userIds) expect(await service.getBalance(userId)).toEqual({ gems: 1 })
})

test(`batches of the same completions in opposite orders record each once and never deadlock (seed ${seed})`, async () => {
  const completions = names('user', scale(75, 3_000)).flatMap(userId =>
    names('item', 20).map((itemKey, i) => ({ userId, category: i % 2 ? 'lesson' : 'read', itemKey })),
  )
  const { recorded, sqlStates, errors } = await crew.perform({
    type: 'record batches',
    completions,
    batchSize: 100,
    seed,
  })
  expect(errors).toEqual([])
  expect(recorded.toSorted()).toEqual(completions.map(({ userId, itemKey }) => `${userId} ${itemKey}`).toSorted())
  // In a cluster a batch takes so long that others give up waiting. Then they lock users first, and may wait crosswise.
  if (!database.isCluster) expect(sqlStates).toEqual([])
  expect(await service.verify()).toEqual([])
})

test('recounts and rebuilds during recordings miss nothing and award nothing twice', async () => {
  const userIds = names('user', scale(40, 2_000))
  tried('users', userIds.length)
  await service.record(lessonsBefore(userIds, 6))
  const { awards, errors } = await inRounds(pieces(userIds, 40), userIds => ({ type: 'record and recount', userIds }))
  expect(errors).toEqual([])
  const expected = userIds.flatMap(userId => stormBadges.map(id => `${userId}: ${id}`))
  expect(await heldBadges()).toEqual(expected.toSorted())
  expect(awards.toSorted()).toEqual(expected.toSorted())
  expect(await service.verify()).toEqual([])
})

test('two catalog versions running side by side both award, and neither loses what the other counted', async () => {
  const userIds = names('user', scale(50, 2_000))
  tried('users', userIds.length)
  await service.record(lessonsBefore(userIds, 6))
  const { errors } = await inRounds(pieces(userIds, 50), userIds => ({
    type: 'take over targets of two catalogs',
    userIds,
  }))
  expect(errors).toEqual([])
  const next = createMilestoneService({ db: database.db, catalog: nextStormCatalog })
  await next.rebuild()
  expect(await next.verify()).toEqual([])
  await service.rebuild()
  expect(await service.verify()).toEqual([])
  const ids = [...stormBadges, 'reader', 'words']
  expect(await heldBadges()).toEqual(userIds.flatMap(userId => ids.map(id => `${userId}: ${id}`)).toSorted())
})

test.each([false, true])(
  'no more users hold a badge than its limit, whether places are given back (%j) or not',
  async undoes => {
    const userIds = names('user', scale(60, 4_000))
    let isOver = false
    const storm = crew.perform({ type: 'take places', userIds, undoes }).finally(() => (isOver = true))
    const most = { ten: 0, also: 0 }
    while (!isOver) {
      const held = await heldBadges()
      for (const id of ['ten', 'also'] as const)
        most[id] = Math.max(most[id], held.filter(badge => badge.endsWith(`: ${id}`)).length)
    }
    expect((await storm).errors).toEqual([])
    expect(most.ten).toBeLessThanOrEqual(10)
    expect(most.also).toBeLessThanOrEqual(7)
    const limited = createMilestoneService({ db: database.db, catalog: limitedCatalog })
    await limited.rebuild()
    const left = (await heldBadges()).map(badge => badge.split(': ')[1]!)
    if (!undoes) expect(tally(left)).toEqual({ ten: 10, also: 7, rich: 10 })
    expect(await limited.verify()).toEqual([])
  },
)

test('no storm ends in a deadlock', async () => {
  const [row] = await database.rows<{ deadlocks: number }>(
    sql`SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`,
  )
  expect(row).toEqual({ deadlocks: 0 })
})

/**
 * Locks are given up after half the `deadlock_timeout`: where it is long, waiting crosswise would show as an error, and waiting in a
 * long line on a busy machine does not.
 */
async function patientUrl({ rows, url }: TestDatabase<'pg'>): Promise<string> {
  const [row] = await rows<{ can_set: boolean }>(
    sql`SELECT has_parameter_privilege('deadlock_timeout', 'SET') AS can_set`,
  )
  return row!.can_set ? `${url}?options=-c%20deadlock_timeout%3D5min` : url
}

async function inRounds(
  groups: readonly (readonly string[])[],
  taskFor: (userIds: readonly string[]) => Parameters<Crew['perform']>[0],
): Promise<StormAnswer> {
  const answers: StormAnswer[] = []
  for (const userIds of groups) answers.push(await crew.perform(taskFor(userIds)))
  return joined(answers)
}

async function heldBadges(): Promise<string[]> {
  const rows = await database.rows<{ user_id: string; item_key: string }>(
    sql`SELECT user_id, item_key FROM milepost.user_progress WHERE category = 'milestone_badge'`,
  )
  return rows.map(row => `${row.user_id}: ${row.item_key}`).sort()
}

/** All of `both`, and of `ten` all but one lesson. */
function almostThere(userIds: readonly string[]) {
  const items = userIds.flatMap(userId =>
    ['read', 'write'].flatMap(category => ['a', 'b'].map(itemKey => ({ userId, category, itemKey }))),
  )
  return [...lessonsBefore(userIds, 9), ...items]
}

function tally(answers: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1
  return counts
}
