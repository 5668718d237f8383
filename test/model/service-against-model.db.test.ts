import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CatalogDefinition, MilestoneDefinition, MilestoneService, Requirement } from '../../src/index.js'
import { userMetrics } from '../../src/schema.js'
import { tried } from '../reliability/tried.js'
import { type DatabaseKind, openDatabase, type TestDatabase } from '../support/databases.js'
import { bothPaths, takePath } from '../support/record-path.js'
import { scale } from '../support/scale.js'
import { consistentCompletions, freezes, zoneHistory } from './arbitraries/arbitraries.js'
import { boards } from './arbitraries/board-arbitraries.js'
import { catalogDefinition } from './arbitraries/catalog-arbitraries.js'
import { withLimits, withRisingPoints } from './arbitraries/rule-arbitraries.js'
import { command } from './commands.js'
import { carryOut, expectAsModel, setFreezes, setZones } from './model-run.js'
import { modelBoard } from './reference-boards.js'
import { type ModelCompletion, modelLeaderboard } from './reference-model.js'
import { compareInTime } from './reference-points.js'
import { modelRecord } from './reference-record.js'
import { periodUnitOf } from './reference-requirement.js'
import { asOf, type Run, runOf, serviceOf, users, usersNow } from './run.js'

/** What is known of the users before the first command. */
const history = fc.record({
  zones: fc.record({ ann: zoneHistory, bob: zoneHistory }),
  freezes: fc.record({ ann: freezes, bob: freezes }),
})

async function begin(run: Run, { zones, freezes }: typeof history extends fc.Arbitrary<infer Value> ? Value : never) {
  await setZones(run, zones)
  await setFreezes(run, freezes)
}

const catalogWithBoards = fc
  .tuple(catalogDefinition, fc.option(boards, { nil: undefined }))
  .map(([definition, boards]): CatalogDefinition => ({ ...definition, ...(boards && { boards }) }))

const path = fc.constantFrom(...bothPaths)

const sequences: Readonly<Record<string, number>> = {
  pg: scale(10, 5_000),
  pglite: scale(4, 500),
}

describe.each(['pg', 'pglite'] as const satisfies readonly DatabaseKind[])('on %s', kind => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(kind)
  })
  afterAll(() => {
    takePath()
    return database.close()
  })

  test('any sequence of commands leaves badges, dates, points, progress and answers as the model has them', async () => {
    const commands = fc.array(command, { minLength: 3, maxLength: 10, size: 'max' })
    await fc.assert(
      fc.asyncProperty(
        withLimits(catalogWithBoards),
        history,
        commands,
        path,
        async (definition, history, commands, path) => {
          takePath(path)
          await database.clear()
          tried('histories')
          const run = runOf(database, definition)
          let service = serviceOf(run)
          await begin(run, history)
          for (const command of commands) {
            if (command.type === 'clock') tried('clockSteps')
            if (command.type === 'restart') service = serviceOf(run, command.pick)
            await carryOut(run, service, command)
            for (const userId of users) await expectAsModel(run, service, userId)
            // What writes nothing leaves what was verified as it is.
            if (command.type !== 'clock' && command.type !== 'restart') expect(await service.verify()).toEqual([])
          }
          await expectLeaderboards(run, service)
          await expectBoards(run, service)
        },
      ),
      { numRuns: sequences[kind]! },
    )
  })

  test('the order and the batches in which completions arrive do not change what is held', async () => {
    const shuffled = consistentCompletions.chain(list =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length }),
        fc.integer({ min: 1, max: 9 }),
      ),
    )
    await fc.assert(
      fc.asyncProperty(orderFree, history, shuffled, async (definition, history, [list, otherOrder, size]) => {
        await database.clear()
        const held = []
        for (const [prefix, order, batchSize] of [
          ['a ', list, 1],
          ['b ', otherOrder, size],
        ] as const) {
          const run = runOf(database, definition, prefix)
          const service = serviceOf(run)
          await begin(run, history)
          for (let i = 0; i < order.length; i += batchSize)
            await service.record(order.slice(i, i + batchSize).map(asOf(run)))
          held.push(await Promise.all(users.map(async userId => idsAndPoints(service, prefix + userId))))
        }
        expect(held[0]).toEqual(held[1])
        expect(await serviceOf(runOf(database, definition)).verify()).toEqual([])
      }),
      { numRuns: scale(kind === 'pg' ? 4 : 2, 2_000) },
    )
  })

  test('undone and done again in any order, what was done in order of time is held and dated as before', async () => {
    const steps = consistentCompletions
      .filter(list => list.length > 0)
      .chain(list => fc.tuple(fc.constant(list), fc.array(fc.constantFrom(...list), { minLength: 1, maxLength: 10 })))
    await fc.assert(
      fc.asyncProperty(orderFree.map(undoable), history, steps, async (definition, history, [list, toggled]) => {
        await database.clear()
        const run = runOf(database, definition, 'a ')
        const service = serviceOf(run)
        await begin(run, history)
        const inTime = [...list].sort(compareInTime)
        for (const completion of inTime) await service.record(asOf(run)(completion))
        const done = new Set(inTime)
        for (const completion of toggled) {
          const isUndo = done.delete(completion)
          if (isUndo) await service.undo(keyIn(asOf(run)(completion)), { reason: 'a mistake' })
          else await service.record(asOf(run)(completion))
          if (!isUndo) done.add(completion)
        }
        const fresh = runOf(database, definition, 'b ')
        await begin(fresh, history)
        await service.record([...done].sort(compareInTime).map(asOf(fresh)))
        for (const userId of users) expect(await datesOf(run, userId)).toEqual(await datesOf(fresh, userId))
        expect(await service.verify()).toEqual([])
      }),
      { numRuns: scale(kind === 'pg' ? 4 : 2, 2_000) },
    )
  })

  test('any order of doing, undoing and doing again ends as if only what remains had ever been done', async () => {
    const steps = consistentCompletions
      .filter(list => list.length > 0)
      .chain(list => {
        const some = fc.array(fc.constantFrom(...list), { minLength: 1, maxLength: 6 })
        const step = fc.record({ type: fc.constantFrom('do' as const, 'do' as const, 'undo' as const), of: some })
        return fc.array(step, { maxLength: 14, size: 'max' })
      })
    await fc.assert(
      fc.asyncProperty(orderFree.map(undoable), history, steps, async (definition, history, steps) => {
        await database.clear()
        const run = runOf(database, definition, 'a ')
        const service = serviceOf(run)
        await begin(run, history)
        const done = new Set<ModelCompletion>()
        for (const { type, of } of steps) {
          if (type === 'do') await service.record(of.map(asOf(run)))
          for (const completion of of) {
            if (type === 'undo') await service.undo(keyIn(asOf(run)(completion)), { reason: 'a mistake' })
            done[type === 'do' ? 'add' : 'delete'](completion)
          }
        }
        const fresh = runOf(database, definition, 'b ')
        await begin(fresh, history)
        await service.record([...done].map(asOf(fresh)))
        for (const userId of users) expect(await stateOf(run, userId)).toEqual(await stateOf(fresh, userId))
        expect(await service.verify()).toEqual([])
      }),
      { numRuns: scale(kind === 'pg' ? 4 : 2, 2_000) },
    )
  })
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
    { numRuns: scale(kind === 'pg' ? 2 : 1, 500) },
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

// What is kept goes by what was held in between.
function undoable({ milestones, levels, ...rest }: CatalogDefinition): CatalogDefinition {
  return {
    ...rest,
    ...(levels && { levels: { ...levels, keep: false } }),
    milestones: milestones.map(milestone => ({ ...milestone, onUndo: 'revoke' })),
  }
}

// If a limit or a cooldown leaves out periods, the periods that were recorded first are held: a late completion takes none away.
const orderFree = catalogDefinition.map((definition): CatalogDefinition => {
  return { ...withRisingPoints(definition), milestones: definition.milestones.map(withoutPeriodLimit) }
})

function withoutPeriodLimit(milestone: MilestoneDefinition): MilestoneDefinition {
  if (!milestone.repeatable || periodUnitOf(milestone.requirement as Requirement) === undefined) return milestone
  const { max: _, cooldown: __, ...repeatable } = milestone.repeatable
  return { ...milestone, repeatable }
}

const keyIn = ({ userId, category, itemKey }: ModelCompletion) => ({ userId, category, itemKey })

async function datesOf(run: Run, userId: string) {
  const { earnedBadges } = await serviceOf(run).getUserProgress(run.prefix + userId)
  return Object.fromEntries(earnedBadges.map(({ id, earnedAt }) => [id, earnedAt]))
}

// Dates of badges are not of it: what arrives late changes none.
async function stateOf(run: Run, userId: string) {
  const metrics = await run.database.db
    .select({ metric: userMetrics.metric, period: userMetrics.period, value: userMetrics.value })
    .from(userMetrics)
    .where(eq(userMetrics.userId, run.prefix + userId))
    .orderBy(userMetrics.metric, userMetrics.period)
  return { metrics, ...(await idsAndPoints(serviceOf(run), run.prefix + userId)) }
}

async function expectLeaderboards({ model, prefix }: Run, service: MilestoneService): Promise<void> {
  const expectBoard = async (period: 'week' | 'month' | undefined, at: Date): Promise<void> => {
    const { entries } = await service.getLeaderboard(period && { period, at })
    expect(entries.map(({ userId, points }) => ({ userId, points }))).toEqual(
      modelLeaderboard(model, usersNow({ model }), period ?? 'all', at).map(({ userId, points }) => ({
        userId: prefix + userId,
        points,
      })),
    )
  }
  await expectBoard(undefined, model.now)
  for (const at of [...weeks, model.now]) await expectBoard('week', new Date(at))
  for (const at of months) await expectBoard('month', new Date(at))
}

async function expectBoards({ model, prefix }: Run, service: MilestoneService): Promise<void> {
  const { boards = [] } = model.definition
  for (const board of boards) {
    const isPeriodic = board.period !== undefined || board.seasons !== undefined
    for (const at of isPeriodic ? [...weeks, model.now].map(date => new Date(date)) : [model.now]) {
      const { entries } = await service.getLeaderboard({ board: board.id, ...(isPeriodic && { at }) })
      const places = modelBoard(model, usersNow({ model }), board, at)
      expect(entries.map(({ userId, value, reachedAt }) => ({ userId, value, reachedAt }))).toEqual(
        places.map(({ userId, ...place }) => ({ userId: prefix + userId, ...place })),
      )
    }
  }
}

// Those of the completions.
const weeks = ['2026-03-18', '2026-03-25', '2026-04-01', '2026-04-08']
const months = ['2026-03-01', '2026-04-01']
