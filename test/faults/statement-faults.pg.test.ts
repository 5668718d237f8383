import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMilestoneService, isMilepostError, type MilestoneService } from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import { catalog, lesson, lessons, read, write } from '../hazards/schedule-catalogs.js'
import { tried } from '../reliability/tried.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { type RecordPath, takePath } from '../support/record-path.js'
import { isLong } from '../support/scale.js'
import { cutConnection, damageOf, type GatedPool, openGatedPool } from './gated-pool.js'

// Every statement of every path, one after the other, meets every kind of fault. The fault is the server's own: it raises
// the error in that very transaction, or the connection really ends.

type Path = {
  /** Brings a user to where the path begins. */
  readonly prepare: (service: MilestoneService, userId: string) => Promise<unknown>
  /** Walks the path; says in words what it answered. */
  readonly walk: (service: MilestoneService, userId: string) => Promise<string[]>
  /** What a walk answers that comes after one that took place, its answer lost. */
  readonly again: readonly string[]
  /** How it is recorded, whatever the run names. */
  readonly by?: RecordPath
}

/** Faults of one kind: each meets every statement in the long run; else they take turns from one statement to the next. */
const inTurns = <Fault>(faults: readonly Fault[]): { readonly faults: readonly Fault[] }[] =>
  isLong ? faults.map(fault => ({ faults: [fault] })) : [{ faults }]
const passing = inTurns(['40001', '40P01', '55P03'])
const lasting = inTurns(['53300', 'XX000'])
const breaks = (['before', 'after'] as const).flatMap(when =>
  inTurns(['terminated', 'cut']).map(({ faults }) => ({ faults, when })),
)

const isCall = (statement: string): boolean => /"record_(3|user_1)"/.test(statement)

const { userProgress } = milepostTables()
const said = (results: Awaited<ReturnType<typeof record>>) =>
  results.map(({ status, awarded }) => [status, ...awarded.map(({ id }) => id)].join(' '))
const record = (service: MilestoneService, userId: string, count: number) =>
  service.record([...lessons(userId, count), read(userId), write(userId)])

let database: TestDatabase<'pg'>
let gated: GatedPool
let service: MilestoneService
/** Works over a pool of its own, which meets no fault. */
let witness: MilestoneService
let userCount = 0

beforeAll(async () => {
  database = await openDatabase('pg')
  gated = openGatedPool(database.url, 3)
  service = createMilestoneService({ db: drizzle(gated.pool), catalog })
  witness = createMilestoneService({ db: database.db, catalog })
})
afterAll(async () => {
  await gated.pool.end()
  await database.close()
})

const paths: Readonly<Record<string, Path>> = {
  'a recording for a new user that brings badges': {
    prepare: async () => {},
    walk: async (service, userId) => said(await record(service, userId, 10)),
    again: [...Array.from({ length: 9 }, () => 'duplicate'), 'duplicate ten', 'duplicate', 'duplicate both'],
  },
  'a recording for a known user, one of it a duplicate': {
    prepare: (service, userId) => service.record([read(userId), lesson(userId, 'lesson 0')]),
    walk: async (service, userId) => said(await service.record([write(userId), lesson(userId, 'lesson 0')])),
    again: ['duplicate both', 'duplicate'],
  },
  'a recording for a known user that brings nothing': {
    prepare: (service, userId) => service.record(lesson(userId, 'lesson 0')),
    walk: async (service, userId) => said([await service.record(lesson(userId, 'lesson 1'))]),
    again: ['duplicate'],
    by: 'calls',
  },
  'the same by statements': {
    prepare: (service, userId) => service.record(lesson(userId, 'lesson 0')),
    walk: async (service, userId) => said([await service.record(lesson(userId, 'lesson 1'))]),
    again: ['duplicate'],
    by: 'statements',
  },
  'a recording in a batch of its own': {
    prepare: async () => {},
    walk: async (service, userId) => said(await record(service, userId, 110)).filter(text => text.includes(' ')),
    again: ['duplicate ten', 'duplicate both'],
  },
  'a recount': {
    prepare: async (service, userId) => {
      await service.record(lesson(userId, 'lesson 0'))
      await database.db.insert(userProgress).values([read(userId), write(userId)])
    },
    walk: async (service, userId) => (await service.checkAndAwardMilestones(userId)).map(({ id }) => id),
    again: [],
  },
}

describe.each(Object.entries(paths))('%s', (_, path) => {
  let statements: string[]
  let answer: string[]
  // A single call, outside any transaction.
  const isOneCall = path.by === 'calls'
  beforeAll(async () => {
    takePath(path.by)
    statements = []
    const userId = await prepared(path)
    gated.setGate(async statement => void statements.push(statement))
    answer = await path.walk(service, userId)
    gated.setGate()
  })
  afterAll(() => takePath())

  test('is one transaction, after a call that left the user at most', () => {
    const own = isCall(statements[0]!) ? statements.slice(1) : statements
    expect(own.filter(statement => /^(begin|commit|rollback)/.test(statement))).toHaveLength(isOneCall ? 0 : 2)
    if (isOneCall) return expect(own).toEqual([])
    expect([own[0], own.at(-1)]).toEqual([expect.stringMatching(/^begin /), 'commit'])
    expect(own.length).toBeGreaterThan(path.by ? 4 : 5)
  })

  test.each(passing)('is tried again when any statement fails once with $faults', async ({ faults }) => {
    for (let place = 0; place < statements.length; place++) {
      const sqlState = faults[place % faults.length]!
      const userId = await prepared(path)
      const fault = strikeAt(place, client => raise(client, sqlState))
      expect(await path.walk(service, userId), fault.statement ?? undefined).toEqual(answer)
      await expectWhole(userId)
    }
  })

  test.each(lasting)('fails and leaves nothing when any statement fails with $faults', async ({ faults }) => {
    for (let place = 0; place < statements.length; place++) {
      const sqlState = faults[place % faults.length]!
      const userId = await prepared(path)
      const before = await stateOf(userId)
      const fault = strikeAt(place, client => raise(client, sqlState))
      const failure = await path.walk(service, userId).catch(error => error)
      if (fault.statement === null) continue
      expect([failure.code, failure.details?.sqlState], fault.statement).toEqual(['DATABASE_FAILED', sqlState])
      expect(await stateOf(userId), fault.statement).toEqual(before)
      expect(await path.walk(service, userId), fault.statement).toEqual(answer)
      await expectWhole(userId)
    }
  })

  test.each(breaks)(
    'leaves all or nothing when the connection is $faults $when any statement',
    async ({ faults, when }) => {
      for (let place = 0; place < statements.length; place++) {
        const breakOff = faults[place % faults.length] === 'cut' ? cut : terminate
        const userId = await prepared(path)
        const before = await stateOf(userId)
        const fault = strikeAt(place, breakOff, when)
        const failure = await path.walk(service, userId).catch(error => error)
        if (fault.statement === null) continue
        expect(isMilepostError(failure) && failure.code, fault.statement).toBe('DATABASE_FAILED')
        const isDone = when === 'after' && (fault.statement === 'commit' || isOneCall)
        if (!isDone) expect(await stateOf(userId), fault.statement).toEqual(before)
        expect(await path.walk(service, userId), fault.statement).toEqual(isDone ? path.again : answer)
        await expectWhole(userId)
      }
    },
  )
})

async function prepared(path: Path): Promise<string> {
  userCount += 1
  const userId = `user ${userCount}`
  await path.prepare(witness, userId)
  return userId
}

async function stateOf(userId: string): Promise<unknown> {
  const { rows } = await database.client.query(
    `SELECT (SELECT count(*) FROM milepost.user_progress WHERE user_id = $1) AS rows,
      (SELECT coalesce(sum(value), 0) FROM milepost.user_metrics WHERE user_id = $1) AS metrics,
      (SELECT array_agg(s::text) FROM milepost.user_standings s WHERE user_id = $1) AS standings`,
    [userId],
  )
  return rows[0]
}

async function expectWhole(userId: string): Promise<void> {
  gated.setGate()
  expect(await witness.verify({ userId })).toEqual([])
  expect(await damageOf(gated.pool)).toEqual([])
}

/**
 * Lets a fault happen once, at the statement of this place, counted from now on. `statement` tells which it was: none
 * where there were fewer, since a slow call may send one more than others do.
 */
function strikeAt(
  place: number,
  fault: (client: pg.Client) => Promise<undefined>,
  when: 'before' | 'after' = 'before',
): { readonly statement: string | null } {
  const struck: { statement: string | null } = { statement: null }
  let count = 0
  gated.setGate(async (statement, client) => {
    count += 1
    if (count !== place + 1) return undefined
    struck.statement = statement
    tried('statementsFailed')
    return when === 'before' ? fault(client) : () => fault(client)
  })
  return struck
}

async function raise(client: pg.Client, sqlState: string): Promise<undefined> {
  await client.query(`DO $$ BEGIN RAISE 'the database says no' USING ERRCODE = '${sqlState}'; END $$`)
}

async function terminate(client: pg.Client): Promise<undefined> {
  await client.query('SELECT pg_terminate_backend(pg_backend_pid())')
}

async function cut(client: pg.Client): Promise<undefined> {
  cutConnection(client)
  await client.query('SELECT 1')
}
