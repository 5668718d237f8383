import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tried } from '../reliability/tried.js'
import { type DatabaseKind, openDatabase, type TestDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { categories, completion, zoneHistory } from './arbitraries/arbitraries.js'
import { catalogDefinition } from './arbitraries/catalog-arbitraries.js'
import { command } from './commands.js'
import { expectAsModel, setZones } from './model-run.js'
import { noteHighest } from './reference-levels.js'
import { modelRecord } from './reference-record.js'
import { asOf, runOf, serviceOf, users, usersNow } from './run.js'
import { carryOutAfter, foldOnBoth, noFolds } from './runs/fold-run.js'

const sequences: Readonly<Record<string, number>> = {
  pg: scale(6, 3_000),
  pglite: scale(2, 300),
}

const folds = fc.record({
  before: completion.map(({ completedAt }) => completedAt),
  categories: fc.subarray([...categories], { minLength: 1 }),
})

const commands = fc.array(command, { minLength: 2, maxLength: 7, size: 'max' })

describe.each(['pg', 'pglite'] as const satisfies readonly DatabaseKind[])('on %s', kind => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(kind)
  })
  afterAll(() => database.close())

  test('after a fold everything is as the model has it, which keeps every completion', async () => {
    const history = fc.record({ ann: zoneHistory, bob: zoneHistory })
    const past = fc.array(completion, { minLength: 5, maxLength: 40, size: 'max' })
    const steps = fc.array(fc.tuple(folds, commands), { minLength: 1, maxLength: 2 })
    await fc.assert(
      fc.asyncProperty(
        catalogDefinition,
        history,
        past,
        commands,
        steps,
        async (definition, zones, past, first, steps) => {
          await database.clear()
          tried('histories')
          const run = runOf(database, definition)
          const service = serviceOf(run)
          await setZones(run, zones)
          await service.apply(run.catalogs[0]!)
          const given = past.filter(({ completedAt }) => completedAt <= run.model.now)
          if (given.length > 0) {
            modelRecord(run.model, given)
            noteHighest(run.model, usersNow(run))
            await service.record(given.map(asOf(run)))
          }
          const folds = noFolds()
          for (const each of first) await carryOutAfter(run, service, each, folds)
          for (const [fold, commands] of steps) {
            const before = new Date(Math.min(fold.before.getTime(), run.model.now.getTime()))
            await foldOnBoth(run, service, { ...fold, before }, folds)
            expect(await service.verify()).toEqual([])
            for (const userId of users) await expectAsModel(run, service, userId)
            for (const each of commands) {
              await carryOutAfter(run, service, each, folds)
              for (const userId of users) await expectAsModel(run, service, userId)
              if (each.type !== 'clock' && each.type !== 'restart') expect(await service.verify()).toEqual([])
            }
          }
          await service.rebuild()
          for (const userId of users) await expectAsModel(run, service, userId)
        },
      ),
      { numRuns: sequences[kind]! },
    )
  })
})
