import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import { type DatabaseKind, openDatabase, type TestDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { catalogDefinition, completion, consistentCompletions } from './arbitraries.js'
import {
  badgesOf,
  keyOf,
  type Model,
  type ModelCompletion,
  measure,
  modelCheck,
  modelRecord,
  newModel,
  pointsOf,
} from './reference-model.js'

const users = ['ann', 'bob']

type Command =
  | {
      readonly type: 'record'
      readonly batch: readonly ModelCompletion[]
      readonly via: 'call' | 'commit' | 'rollback'
    }
  | { readonly type: 'host'; readonly row: ModelCompletion }
  | { readonly type: 'check' | 'rebuild' | 'restart' }

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('record' as const),
      batch: fc.array(completion, { minLength: 1, maxLength: 8 }),
      via: fc.constantFrom('call' as const, 'call' as const, 'commit' as const, 'rollback' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('host' as const), row: completion }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('check' as const, 'rebuild' as const, 'restart' as const).map(type => ({ type })),
  },
)

const sequences: Readonly<Record<string, number>> = { pg: scale(300, 5_000), pglite: scale(50, 500) }

describe.each(['pg', 'pglite'] as const satisfies readonly DatabaseKind[])('on %s', kind => {
  let database: TestDatabase
  let sequence = 0
  beforeAll(async () => {
    database = await openDatabase(kind)
  })
  afterAll(() => database.close())

  test('any sequence of commands leaves badges, dates, points, progress and answers as the model has them', async () => {
    await fc.assert(
      fc.asyncProperty(catalogDefinition, fc.array(command, { maxLength: 10 }), async (definition, commands) => {
        sequence += 1
        const run = { database, model: newModel(definition), prefix: `${sequence} `, catalog: parseCatalog(definition) }
        let service = serviceOf(run)
        for (const command of commands) {
          if (command.type === 'restart') service = serviceOf(run)
          await apply(run, service, command)
          for (const userId of users) await expectAsModel(run, service, userId)
        }
      }),
      { numRuns: sequences[kind]! },
    )
  }, 600_000)

  test('the order and the batches in which completions arrive do not change what is held', async () => {
    const shuffled = consistentCompletions.chain(list =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length }),
        fc.integer({ min: 1, max: 9 }),
      ),
    )
    await fc.assert(
      fc.asyncProperty(catalogDefinition, shuffled, async (definition, [list, otherOrder, size]) => {
        sequence += 1
        const catalog = parseCatalog(definition)
        const held = []
        for (const [prefix, order, batchSize] of [
          [`${sequence}a `, list, 1],
          [`${sequence}b `, otherOrder, size],
        ] as const) {
          const run = { database, model: newModel(definition), prefix, catalog }
          const service = serviceOf(run)
          for (let i = 0; i < order.length; i += batchSize)
            await service.record(order.slice(i, i + batchSize).map(asOf(run)))
          held.push(await Promise.all(users.map(async userId => idsAndPoints(service, prefix + userId))))
        }
        expect(held[0]).toEqual(held[1])
      }),
      { numRuns: scale(kind === 'pg' ? 40 : 10, 2_000) },
    )
  }, 600_000)
})

test.each(['pg', 'pglite'] as const)('many users in one batch are each counted as one alone, on %s', async kind => {
  const database = await openDatabase(kind)
  const ofAnn = consistentCompletions.map(list => list.filter(({ userId }) => userId === 'ann'))
  let sequence = 0
  await fc.assert(
    fc.asyncProperty(catalogDefinition, ofAnn, ofAnn, async (definition, first, second) => {
      sequence += 1
      const run = { database, model: newModel(definition), prefix: '', catalog: parseCatalog(definition) }
      const service = serviceOf(run)
      const others = Array.from({ length: 60 }, (_, i) => `${sequence} ${i} `)
      for (const batch of [first, second]) {
        await service.record(others.flatMap(prefix => batch.map(asOf({ prefix }))))
        modelRecord(run.model, batch)
      }
      for (const prefix of [others[0]!, others[59]!]) await expectAsModel({ ...run, prefix }, service, 'ann')
      expect(await service.verify({ userId: `${others[30]!}ann` })).toEqual([])
    }),
    { numRuns: scale(kind === 'pg' ? 20 : 4, 500) },
  )
  await database.close()
})

async function idsAndPoints(service: MilestoneService, userId: string) {
  const { completedMilestones, totalPoints, level, milestones } = await service.getUserProgress(userId)
  return { ids: [...completedMilestones].sort(), totalPoints, level, current: milestones.map(({ current }) => current) }
}

type Run = {
  readonly database: TestDatabase
  readonly model: Model
  /** Keeps the users of one sequence apart from those of the others. */
  readonly prefix: string
  readonly catalog: ReturnType<typeof parseCatalog>
}

function serviceOf({ database, catalog }: Run): MilestoneService {
  return createMilestoneService({ db: database.db, catalog })
}

const asOf =
  ({ prefix }: Pick<Run, 'prefix'>) =>
  (given: ModelCompletion): ModelCompletion => ({ ...given, userId: prefix + given.userId })

async function apply(run: Run, service: MilestoneService, command: Command): Promise<void> {
  switch (command.type) {
    case 'record':
      return record(run, service, command)
    case 'host': {
      const { model, database } = run
      const row = asOf(run)(command.row)
      await database.db.insert(milepostTables().userProgress).values(row).onConflictDoNothing()
      if (!model.completions.some(known => keyOf(known) === keyOf(command.row))) model.completions.push(command.row)
      return check(run, service, command.row.userId)
    }
    case 'check':
      return check(run, service, 'ann')
    case 'rebuild':
      for (const userId of users) {
        await service.rebuild(run.prefix + userId)
        modelCheck(run.model, userId)
      }
      return
    case 'restart':
      return
  }
}

async function check({ model, prefix }: Run, service: MilestoneService, userId: string): Promise<void> {
  const badges = await service.checkAndAwardMilestones(prefix + userId)
  expect(badges.map(({ id }) => id).sort()).toEqual(modelCheck(model, userId))
}

async function record(run: Run, service: MilestoneService, { batch, via }: Extract<Command, { type: 'record' }>) {
  const given = batch.map(asOf(run))
  if (via === 'rollback') {
    const rolledBack = run.database.db.transaction(async tx => {
      await service.record(given, { db: tx })
      throw new Error('the host changed its mind')
    })
    return expect(rolledBack).rejects.toThrow('the host changed its mind')
  }
  const results =
    via === 'call'
      ? await service.record(given)
      : await run.database.db.transaction(tx => service.record(given, { db: tx }))
  const answers = results.map(({ status, awarded }) => ({ status, awarded: awarded.map(({ id }) => id).sort() }))
  expect(answers).toEqual(modelRecord(run.model, batch))
}

async function expectAsModel({ model, prefix }: Run, service: MilestoneService, userId: string): Promise<void> {
  const progress = await service.getUserProgress(prefix + userId)
  const held = badgesOf(model, userId)
  const dates = (list: readonly { id: string; earnedAt: Date }[]) =>
    Object.fromEntries(list.map(({ id, earnedAt }) => [id, earnedAt.toISOString()]))
  expect(dates(progress.earnedBadges)).toEqual(dates(held))
  expect(progress.totalPoints).toBe(pointsOf(model, userId))
  const world = { completions: model.completions.filter(c => c.userId === userId), badges: held }
  expect(progress.milestones.map(({ current, target }) => ({ current, target }))).toEqual(
    model.definition.milestones.map(({ requirement }) => measure(model.definition, requirement, world)),
  )
  expect(await service.verify({ userId: prefix + userId })).toEqual([])
}
