import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tried } from '../../reliability/tried.js'
import { type DatabaseKind, openDatabase, type TestDatabase } from '../../support/databases.js'
import { bothPaths, takePath } from '../../support/record-path.js'
import { scale } from '../../support/scale.js'
import { freezes, input, zoneHistory } from '../arbitraries/arbitraries.js'
import { catalogDefinition } from '../arbitraries/catalog-arbitraries.js'
import { withLimits } from '../arbitraries/rule-arbitraries.js'
import { type Command, command } from '../commands.js'
import { carryOut, expectAsModel, setFreezes, setZones } from '../model-run.js'
import { runOf, serviceOf, users } from '../run.js'

const sequences: Readonly<Record<string, number>> = {
  pg: scale(8, 3_000),
  pglite: scale(3, 300),
}

const ofBoth = fc.tuple(input, fc.constantFrom(...users)).map(([given, userId]) => ({ ...given, userId }))
const recording: fc.Arbitrary<Command> = fc.record({
  type: fc.constant('record' as const),
  batch: fc.array(ofBoth, { minLength: 2, maxLength: 16, size: 'max' }),
  via: fc.constant('call' as const),
})
const [ann, bob] = users
const merging: fc.Arbitrary<Command> = fc.constantFrom(
  { type: 'merge', from: ann, into: bob, via: 'call' },
  { type: 'merge', from: bob, into: ann, via: 'commit' },
  { type: 'rename', userId: ann, via: 'call' },
  { type: 'rename', userId: bob, via: 'commit' },
)
/** What both did before they became one, and what came after. */
const story = fc
  .tuple(
    fc.array(fc.oneof(recording, command), { minLength: 2, maxLength: 6, size: 'max' }),
    merging,
    fc.array(fc.oneof({ weight: 2, arbitrary: command }, recording, merging), { maxLength: 5, size: 'max' }),
  )
  .map(([before, merge, after]) => [...before, merge, ...after])

describe.each(['pg', 'pglite'] as const satisfies readonly DatabaseKind[])('on %s', kind => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(kind)
  })
  afterAll(() => {
    takePath()
    return database.close()
  })

  test('two users who become one have what the model has of both', async () => {
    const zones = fc.record({ ann: zoneHistory, bob: zoneHistory })
    const history = fc.record({ zones, freezes: fc.record({ ann: freezes, bob: freezes }) })
    const path = fc.constantFrom(...bothPaths)
    await fc.assert(
      fc.asyncProperty(
        withLimits(catalogDefinition),
        history,
        story,
        path,
        async (definition, { zones, freezes }, commands, path) => {
          takePath(path)
          await database.clear()
          tried('histories')
          const run = runOf(database, definition)
          let service = serviceOf(run)
          await setZones(run, zones)
          await setFreezes(run, freezes)
          for (const each of commands) {
            if (each.type === 'restart') service = serviceOf(run, each.pick)
            await carryOut(run, service, each)
            for (const userId of users) await expectAsModel(run, service, userId)
            if (each.type !== 'clock' && each.type !== 'restart') expect(await service.verify()).toEqual([])
          }
        },
      ),
      { numRuns: sequences[kind]! },
    )
  })
})
