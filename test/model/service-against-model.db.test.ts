import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Catalog,
  type CatalogDefinition,
  createMilestoneService,
  type MilestoneService,
  parseCatalog,
} from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import { type DatabaseKind, openDatabase, type TestDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { clockStepMs, completion, consistentCompletions, input, pause, user, zone, zoneHistory } from './arbitraries.js'
import { catalogDefinition } from './catalog-arbitraries.js'
import type { ModelPause, ModelZone } from './reference-calendar.js'
import {
  badgesOf,
  keyOf,
  type Model,
  type ModelCompletion,
  type ModelInput,
  modelCheck,
  modelLeaderboard,
  modelPause,
  modelRecord,
  modelSetZone,
  modelStart,
  newModel,
  pointsOf,
  shownBadgesOf,
} from './reference-model.js'
import { measure } from './reference-progress.js'
import { shownAsModel } from './shown-progress.js'

const users = ['ann', 'bob']

type Command =
  | {
      readonly type: 'record'
      readonly batch: readonly ModelInput[]
      readonly via: 'call' | 'commit' | 'rollback'
    }
  | { readonly type: 'host'; readonly row: ModelCompletion }
  | { readonly type: 'zone'; readonly userId: string; readonly zone: string }
  | { readonly type: 'pause'; readonly userId: string | null; readonly pause: ModelPause }
  | { readonly type: 'clock'; readonly stepMs: number }
  | { readonly type: 'check' | 'rebuild' | 'restart' }

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('record' as const),
      batch: fc.array(input, { minLength: 1, maxLength: 12, size: 'max' }),
      via: fc.constantFrom('call' as const, 'call' as const, 'commit' as const, 'rollback' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('host' as const), row: completion }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('zone' as const), userId: user, zone }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('pause' as const), userId: fc.constantFrom('ann', 'bob', null), pause }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('clock' as const), stepMs: clockStepMs }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('check' as const, 'rebuild' as const, 'restart' as const).map(type => ({ type })),
  },
)

/** What is known of the users before the first command. */
const history = fc.record({ ann: zoneHistory, bob: zoneHistory })

const sequences: Readonly<Record<string, number>> = { pg: scale(300, 5_000), pglite: scale(50, 500) }

describe.each(['pg', 'pglite'] as const satisfies readonly DatabaseKind[])('on %s', kind => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(kind)
  })
  afterAll(() => database.close())

  test('any sequence of commands leaves badges, dates, points, progress and answers as the model has them', async () => {
    const commands = fc.array(command, { minLength: 3, maxLength: 10, size: 'max' })
    await fc.assert(
      fc.asyncProperty(catalogDefinition, history, commands, async (definition, zones, commands) => {
        await database.clear()
        const run = runOf(database, definition)
        let service = serviceOf(run)
        for (const userId of ['ann', 'bob'] as const) await setZones(run, service, { userId, zones: zones[userId] })
        for (const command of commands) {
          if (command.type === 'restart') service = serviceOf(run)
          await apply(run, service, command)
          for (const userId of users) await expectAsModel(run, service, userId)
          expect(await service.verify()).toEqual([])
        }
        await expectLeaderboards(run, service)
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
      fc.asyncProperty(catalogDefinition, history, shuffled, async (definition, zones, [list, otherOrder, size]) => {
        await database.clear()
        const held = []
        for (const [prefix, order, batchSize] of [
          ['a ', list, 1],
          ['b ', otherOrder, size],
        ] as const) {
          const run = runOf(database, definition, prefix)
          const service = serviceOf(run)
          for (const userId of ['ann', 'bob'] as const) await setZones(run, service, { userId, zones: zones[userId] })
          for (let i = 0; i < order.length; i += batchSize)
            await service.record(order.slice(i, i + batchSize).map(asOf(run)))
          held.push(await Promise.all(users.map(async userId => idsAndPoints(service, prefix + userId))))
        }
        expect(held[0]).toEqual(held[1])
        expect(await serviceOf(runOf(database, definition)).verify()).toEqual([])
      }),
      { numRuns: scale(kind === 'pg' ? 40 : 10, 2_000) },
    )
  }, 600_000)
})

test.each(['pg', 'pglite'] as const)('many users in one batch are each counted as one alone, on %s', async kind => {
  const database = await openDatabase(kind)
  const ofAnn = consistentCompletions.map(list => list.filter(({ userId }) => userId === 'ann'))
  await fc.assert(
    fc.asyncProperty(catalogDefinition, ofAnn, ofAnn, async (definition, first, second) => {
      await database.clear()
      const run = runOf(database, definition)
      const service = serviceOf(run)
      const others = Array.from({ length: 60 }, (_, i) => `${i} `)
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
  return {
    ids: [...completedMilestones].sort(),
    totalPoints,
    level,
    current: milestones.map(({ current }) => current ?? null),
  }
}

type Run = {
  readonly database: TestDatabase
  readonly model: Model
  /** Keeps users apart who stand for the same user of the model. */
  readonly prefix: string
  readonly catalog: Catalog
}

function runOf(database: TestDatabase, definition: CatalogDefinition, prefix = ''): Run {
  return { database, model: newModel(definition), prefix, catalog: parseCatalog(definition) }
}

function serviceOf({ database, catalog, model }: Run): MilestoneService {
  return createMilestoneService({ db: database.db, catalog, now: () => model.now })
}

const asOf =
  ({ prefix }: Pick<Run, 'prefix'>) =>
  <Given extends ModelInput>(given: Given): Given => ({ ...given, userId: prefix + given.userId })

async function setZones(
  { model, prefix }: Run,
  service: MilestoneService,
  { userId, zones }: { readonly userId: string; readonly zones: readonly ModelZone[] },
): Promise<void> {
  for (const { zone, since } of zones) {
    model.now = since
    await service.setTimeZone(prefix + userId, zone)
    modelSetZone(model, userId, zone)
  }
  model.now = modelStart
}

async function apply(run: Run, service: MilestoneService, command: Command): Promise<void> {
  switch (command.type) {
    case 'record':
      return record(run, service, command)
    case 'host': {
      const { model, database } = run
      const row = { ...asOf(run)(command.row), recordedAt: model.now }
      await database.db.insert(milepostTables().userProgress).values(row).onConflictDoNothing()
      if (!model.completions.some(known => keyOf(known) === keyOf(command.row))) model.completions.push(command.row)
      return check(run, service, command.row.userId)
    }
    case 'zone': {
      const { userId, zone } = command
      await service.setTimeZone(run.prefix + userId, zone)
      return modelSetZone(run.model, userId, zone)
    }
    case 'pause': {
      const { userId, pause } = command
      await service.pauseStreaks(userId && run.prefix + userId, pause.from, pause.to, 'out of order')
      return modelPause(run.model, userId, pause)
    }
    case 'clock': {
      const { model } = run
      model.now = new Date(Math.max(model.now.getTime() + command.stepMs, modelStart.getTime()))
      return
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
  const dates = (list: readonly { id: string; earnedAt: Date }[]) =>
    Object.fromEntries(list.map(({ id, earnedAt }) => [id, earnedAt.toISOString()]))
  expect(dates(progress.earnedBadges)).toEqual(dates(shownBadgesOf(model, userId)))
  expect([...progress.completedMilestones].sort()).toEqual(
    badgesOf(model, userId)
      .map(({ id }) => id)
      .sort(),
  )
  expect(progress.totalPoints).toBe(pointsOf(model, userId))
  const measured = measure(model, userId)
  expect(shownAsModel(progress.milestones, measured)).toEqual(measured)
}

async function expectLeaderboards({ model, prefix }: Run, service: MilestoneService): Promise<void> {
  for (const period of ['week', 'month', undefined] as const) {
    const { entries } = await service.getLeaderboard(period && { period })
    expect(entries.map(({ userId, points }) => ({ userId, points }))).toEqual(
      modelLeaderboard(model, users, period ?? 'all').map(({ userId, points }) => ({
        userId: prefix + userId,
        points,
      })),
    )
  }
}
