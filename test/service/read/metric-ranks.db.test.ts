import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileCatalog } from '../../../src/core/awards/compile.js'
import { labelAt } from '../../../src/core/time/board-periods.js'
import { isMilepostError, parseCatalog } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { rankBoardOf } from '../../../src/store/reports/ranks.js'
import { type ClockedService, clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase, type TestDatabase } from '../../support/databases.js'
import { clusterUrl } from '../../support/migrated-database.js'
import { scale } from '../../support/scale.js'
import { countRanks, rankFaults } from './rank-boards.js'

const at = new Date('2026-04-10T12:00Z')
const total = { type: 'total', category: 'run', property: 'km' }
const weekly = {
  id: 'weekly',
  title: 'W',
  by: total,
  period: 'week',
  weekStartsOn: 'sun',
  timeZone: 'America/New_York',
}
const boards = [
  weekly,
  { id: 'km', title: 'Km', by: total },
  { id: 'lap', title: 'Lap', by: { type: 'lowest', category: 'run', property: 'lap' } },
  { id: 'streak', title: 'S', by: { type: 'streak', category: 'run', every: 'day' } },
  {
    id: 'season',
    title: 'Season',
    by: { type: 'count', category: 'run', distinct: 'km' },
    seasons: [{ name: 'Spring', from: '2026-03-28', until: '2026-05-02' }],
  },
]
const catalog = { boards, milestones: [] }
// Without two of the boards, and with one more.
const otherCatalog = {
  boards: [...boards.slice(1, 4), { ...weekly, period: 'month', weekStartsOn: undefined }],
  milestones: [],
}
const hand = { reason: 'a test' }
const mapping = {
  userId: 'userId',
  category: 'category',
  itemKey: 'itemKey',
  completedAt: 'completedAt',
  metadata: 'metadata',
}

const ids = [0, 1, 2, 3, 4, 5].map(n => ({ is: `user ${n}`, again: `user ${n} again` }))
const userId = fc.constantFrom(...ids.map(({ is }) => is))
const key = fc.record({
  userId,
  category: fc.constant('run'),
  itemKey: fc.integer({ min: 0, max: 7 }).map(n => `item ${n}`),
})
// Some of them differ only after 15 digits.
const value = fc.constantFrom(0, 0.1, 0.3, 0.1 + 0.2, 1, 9.99, 10, 61.5, 61.5, 1e15 + 0.5, 1e21, 1e-20, 5e-324)
const completion = fc.record({
  ...{
    key,
    km: value,
    lap: fc.oneof(
      value,
      value.map(number => -number),
    ),
  },
  day: fc.integer({ min: 0, max: 40 }),
})
const row = completion.map(({ key: id, day, ...metadata }) => ({
  ...{ ...id, metadata },
  completedAt: new Date(Date.UTC(2026, 2, 25 + day, 12)),
}))

type Step = (service: ClockedService, database: TestDatabase) => Promise<unknown>

function stepOf<Given>(given: fc.Arbitrary<Given>, run: (given: Given, ...rest: Parameters<Step>) => Promise<unknown>) {
  return given.map(
    (each): Step =>
      (service, database) =>
        run(each, service, database),
  )
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: stepOf(fc.array(row, { minLength: 1, maxLength: 8 }), (rows, service) => service.record(rows)),
  },
  { weight: 2, arbitrary: stepOf(key, (id, service) => service.undo(id, hand)) },
  stepOf(fc.tuple(userId, fc.constantFrom('on' as const, 'off' as const)), ([id, visibility], service) =>
    service.updateUserSettings(id, { visibility }),
  ),
  stepOf(userId, async (id, service) => {
    await service.eraseUser(id, hand)
    // Other ids of the user were erased, too.
    for (const { again, is } of ids) for (const each of [is, again]) await service.allowReturn(each, hand)
  }),
  stepOf(fc.tuple(userId, userId), ([from, into], service) => unlessRefused(service.mergeUsers({ from, into }, hand))),
  stepOf(fc.constantFrom(...ids), ({ is, again }, service) => unlessRefused(service.renameUser(is, again))),
  stepOf(row, async (inserted, service, { db }) => {
    await db
      .insert(userProgress)
      .values({ ...inserted, recordedAt: inserted.completedAt })
      .onConflictDoNothing()
    await service.checkAndAwardMilestones(inserted.userId)
  }),
  stepOf(row, (imported, service) => service.importCompletions([imported], mapping)),
  stepOf(fc.constantFrom(catalog, otherCatalog), (next, service) => service.apply(parseCatalog(next))),
  { weight: 3, arbitrary: stepOf(fc.constantFrom(...boards), (board, _, database) => count(database, board.id)) },
)

// Two users who are one already cannot become one, and neither can one.
async function unlessRefused(change: Promise<unknown>): Promise<void> {
  await change.catch((error: unknown) => {
    if (!isMilepostError(error) || error.code !== 'INPUT_INVALID') throw error
  })
}

const compiled = compileCatalog(parseCatalog(catalog), text => createHash('sha256').update(text).digest('hex'))

function nameOf(id: string): string {
  const { periods, metric } = compiled.boards.find(({ board }) => board.id === id)!
  return rankBoardOf({ period: labelAt(periods, at.getTime()), metric: metric!.name })
}

function count(database: TestDatabase, id: string): Promise<void> {
  return countRanks(database, { board: nameOf(id), at: new Date('2026-06-01T12:00Z') })
}

// In a cluster no board is counted.
const kinds = clusterUrl === undefined ? everyDatabase : (['pglite'] as const)

describeOnEach(kinds, 'counted ranks of boards by a metric', database => {
  test('equal a full count after any history, however it is folded', async () => {
    const steps = fc.array(step, { minLength: 10, maxLength: 20, size: 'max' })
    await fc.assert(
      fc.asyncProperty(steps, async history => {
        await database.clear()
        const service = clockedService(database.host.db, catalog)
        for (const { id } of boards) await count(database, id)
        for (const each of history) {
          await each(service, database)
          expect(await rankFaults(database)).toEqual([])
        }
        await service.apply(parseCatalog(catalog))
        for (const { id } of boards) await expectRanks(service, id)
        for (const { id } of boards) await count(database, id)
        expect(await rankFaults(database)).toEqual([])
        for (const { id } of boards) await expectRanks(service, id)
      }),
      { numRuns: scale(2, 400) },
    )
  })

  test('tell values apart that differ only after 15 digits', async () => {
    const service = clockedService(database.host.db, catalog)
    for (const id of ['km', 'lap']) await count(database, id)
    await service.record(
      [0.3, 0.1 + 0.2].flatMap((number, i) =>
        ['a', 'b', 'c', 'd'].map(name => ({
          ...{ userId: `${name} ${i}`, category: 'run', itemKey: 'a', completedAt: at },
          metadata: { km: number, lap: number },
        })),
      ),
    )
    for (const board of ['km', 'lap']) {
      await expectRanks(service, board)
      await count(database, board)
      await expectRanks(service, board)
    }
  })

  test('are not noted while nobody reads them, or where no such board is', async () => {
    const service = clockedService(database.host.db, catalog)
    const run = (itemKey: string) => ({ userId: 'ann', category: 'run', itemKey, completedAt: at, metadata: { km: 1 } })
    await service.record(run('a'))
    await service.getLeaderboard({ board: 'km', around: 'ann' })
    expect(await noted()).toEqual([])
    await count(database, 'km')
    await service.record(run('b'))
    expect(await noted()).toEqual([{ period: nameOf('km'), points_before: '1', points_after: '2' }])
    await service.apply(parseCatalog({ boards: [], milestones: [] }))
    expect((await noted())[1]).toEqual({ period: nameOf('km'), points_before: '2', points_after: null })
    await service.record(run('c'))
    expect(await noted()).toHaveLength(2)
  })

  test('begin after a reader counted many users one by one, and change no answer', async () => {
    const service = clockedService(database.host.db, catalog)
    // On the embedded database, a service applies its catalog at its first call, which would recount these users.
    await service.getLeaderboard()
    const [period, metric] = nameOf('lap').split('\n')
    await database.rows(sql`with users as (select 'user ' || n as id, n from generate_series(1, 10500) as n),
      standings as (insert into milepost.user_standings (user_id, counted_with) select id, '' from users)
      insert into milepost.user_metrics (user_id, metric, period, value, previous, last_at, fold, ranked, reached_at)
      select id, ${metric}, ${period}, v, v, timestamptz '2026-01-01', 'stepped', v, timestamptz '2026-01-01'
      from users, lateral (select case when n % 3 = 0 then -60 else n % 1000 - 700.5 end as v) as values`)
    const far = { board: 'lap', around: 'user 1', limit: 3 }
    const tied = { board: 'lap', around: 'user 9999', limit: 3 }
    const before = [await service.getLeaderboard(far), await service.getLeaderboard(tied)]
    while ((await boardsCounted()).length === 0) await service.getLeaderboard(far)
    expect(await boardsCounted()).toEqual([{ period: nameOf('lap') }])
    expect([await service.getLeaderboard(far), await service.getLeaderboard(tied)]).toEqual(before)
    const [counted] = await database.rows(
      sql`select sum(users)::int as users, max(users) as most from milepost.rank_buckets`,
    )
    expect(counted).toEqual({ users: 10_500, most: 3_500 })
  })

  test('have marks in the order of values, each with the lowest value that has it', async () => {
    const { numbers, sorted } = manyNumbers()
    const rows = await database.rows<{ value: string; mark: string; isInside: boolean; isBound: boolean }>(sql`
      select value, mark::text, value::numeric >= milepost.rank_value_1(mark)
          and value::numeric < milepost.rank_value_1(mark + 1) as "isInside",
        milepost.rank_mark_1(milepost.rank_value_1(mark)) = mark as "isBound"
      from (select value, milepost.rank_mark_1(value::numeric) as mark
        from unnest(${`{${numbers.join()}}`}::text[]) as given (value)) as marked
      order by value::numeric`)
    expect(rows.map(({ value: text }) => text)).toEqual(sorted)
    expect(rows.filter(({ isInside, isBound }) => !isInside || !isBound)).toEqual([])
    const marks = rows.map(({ mark }) => BigInt(mark))
    expect(marks).toEqual([...marks].sort((a, b) => (a < b ? -1 : Number(a > b))))
    expect(marks.filter(mark => mark <= 0n)).toEqual([])
  })

  const boardsCounted = () => database.rows(sql`select period from milepost.rank_boards where is_counted`)
  // The values of the marks
  const noted = () =>
    database.rows(sql`select period, milepost.rank_value_1(nullif(points_before, 0))::float8::text as points_before,
      milepost.rank_value_1(nullif(points_after, 0))::float8::text as points_after
      from milepost.rank_changes order by id`)
})

function manyNumbers() {
  const sizes = [
    '1e-320',
    '1e-20',
    '1e-15',
    '0.1',
    '0.999999999999999',
    '1',
    '1.00000000000000001',
    '9.99999999999999999',
  ]
  const above = ['10', '12.5', '99.9', '100', '999999999999999', '1e15', '123456789012345678', '1e308']
  const sorted = [...[...sizes, ...above].reverse().map(text => `-${text}`), '0', ...sizes, ...above]
  return { sorted, numbers: [...sorted].reverse() }
}

// The whole board in one page has its ranks from the first row, so around each user they are compared with these.
async function expectRanks(service: ClockedService, board: string): Promise<void> {
  const query = { board, ...(['km', 'lap', 'streak'].includes(board) ? {} : { at }) }
  const { entries } = await service.getLeaderboard({ ...query, limit: 100 })
  for (const [i, { userId: id }] of entries.entries()) {
    const from = Math.max(0, i - 2)
    const around = await service.getLeaderboard({ ...query, around: id, limit: 5 })
    expect(around.entries).toEqual(entries.slice(from, i + 3))
  }
}
