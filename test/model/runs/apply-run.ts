import { expect } from 'vitest'
import {
  type ApplyReport,
  type CatalogDefinition,
  type CatalogPlan,
  type MilestoneService,
  parseCatalog,
} from '../../../src/index.js'
import { tweaked } from '../catalog-tweaks.js'
import { type Command, type GivenCatalog, picked } from '../commands.js'
import { modelApply, modelSetItems } from '../reference-changes.js'
import { modelUnlocks } from '../reference-expiry.js'
import { modelLevel } from '../reference-levels.js'
import { usesList } from '../reference-lists.js'
import { badgesOf, pointsOf } from '../reference-model.js'
import { type ModelRename, modelRenames } from '../reference-renames.js'
import { type Run, usersNow } from '../run.js'

/** Plans a catalog and applies it, and expects of both what the model has before and after. */
export async function applyGiven(
  run: Run,
  service: MilestoneService,
  { catalog: given, policy }: Extract<Command, { type: 'apply' }>,
): Promise<void> {
  const { model, catalogs } = run
  const catalog = parseCatalog(definitionOf(run, given))
  const definition = catalog.definition as CatalogDefinition
  await expectPlanned(run, definition, {
    plan: () => service.plan(catalog, { policy }),
    carryOut: () => service.apply(catalog, { policy }),
    onModel: () => modelApply(model, definition, policy),
  })
  const [version] = await service.getCatalogVersions({ limit: 1 })
  expect(version).toMatchObject({ definition: catalog.definition, resumeAfter: null })
  catalogs.push(catalog)
}

/** Plans other items of a list and sets them, and expects of both what the model has before and after. */
export async function setItemsGiven(
  run: Run,
  service: MilestoneService,
  command: Extract<Command, { type: 'items' }>,
): Promise<void> {
  const { model } = run
  const { list, items, policy } = command
  const [latest] = await service.getCatalogVersions({ limit: 1 })
  const before = model.lists.get(list) ?? []
  const isSame = before.length === items.length && items.every(key => before.includes(key))
  // Nobody is counted again for items that are there already, or that no milestone needs.
  if (isSame || (latest && !usesList(model.given, list))) {
    const report = await service.setItems(list, items, { policy })
    expect(report).toMatchObject({ status: isSame ? 'unchanged' : 'applied', userCount: 0 })
    model.lists.set(list, items)
  } else {
    await expectPlanned(run, model.given, {
      plan: () => service.planItems(list, items, { policy }),
      carryOut: () => service.setItems(list, items, { policy }),
      onModel: () => modelSetItems(model, command),
    })
  }
  expect(await service.getItems(list)).toEqual([...items].sort())
}

type Change = {
  readonly plan: () => Promise<CatalogPlan>
  readonly carryOut: () => Promise<ApplyReport>
  readonly onModel: () => void
}

async function expectPlanned(run: Run, definition: CatalogDefinition, change: Change): Promise<void> {
  const { model } = run
  const users = usersNow(run)
  const plan = await change.plan()
  const renames = users.map(userId => modelRenames(model, userId, definition))
  const before = users.map((userId, i) => namedLater(standing(run, userId), renames[i]!))
  change.onModel()
  const moves = before.map((was, i) => moveOf(was, standing(run, users[i]!)))
  const planned = plan.badges.map(({ id, gained, lost }) => [id, gained.examples, lost.examples])
  expect(Object.fromEntries(planned.map(([id, ...rest]) => [id, rest]))).toEqual(badgesMoved(run, moves))
  const named = (choose: (move: Move) => boolean): string[] =>
    moves.filter(choose).map(({ userId }) => run.prefix + userId)
  expect(plan.points.raised.examples).toEqual(named(({ points }) => points > 0))
  expect(plan.points.lowered.examples).toEqual(named(({ points }) => points < 0))
  expect(plan.levels.raised.examples).toEqual(named(({ level }) => level > 0))
  expect(plan.levels.lowered.examples).toEqual(named(({ level }) => level < 0))
  const closing = plan.unlocks.flatMap(({ unlock, lost }) => lost.examples.map(user => `${user} ${unlock}`))
  const opening = plan.unlocks.flatMap(({ unlock, gained }) => gained.examples.map(user => `${user} ${unlock}`))
  const unlocksOf = (side: 'opened' | 'closed'): string[] =>
    moves.flatMap(move => move[side].map(unlock => `${run.prefix}${move.userId} ${unlock}`)).sort()
  expect([opening.sort(), closing.sort()]).toEqual([unlocksOf('opened'), unlocksOf('closed')])
  const renamed = users.flatMap((userId, i) =>
    renames[i]!.map(({ from, to }) => `${run.prefix}${userId} ${from} ${to}`),
  )
  const found = plan.renamed.flatMap(({ from, to, users: { examples } }) =>
    examples.map(user => `${user} ${from} ${to}`),
  )
  expect(found.sort()).toEqual(renamed.sort())
  const report = await change.carryOut()
  expect([report.awardedCount, report.revokedCount]).toEqual([
    moves.flatMap(({ gained }) => gained).length,
    moves.flatMap(({ lost }) => lost).length,
  ])
}

function definitionOf({ model, catalogs }: Run, given: GivenCatalog): CatalogDefinition {
  switch (given.of) {
    case 'new':
      return given.definition
    case 'earlier':
      return picked(catalogs, given.pick)!.definition as CatalogDefinition
    case 'present':
      return tweaked(model.given, given.tweak)
  }
}

type Standing = {
  readonly userId: string
  readonly ids: readonly string[]
  readonly points: number
  readonly level: number
  readonly unlocks: readonly string[]
}

function standing({ model }: Run, userId: string): Standing {
  const ids = badgesOf(model, userId).map(({ id }) => id)
  const [points, level] = [pointsOf(model, userId), modelLevel(model, userId)]
  return { userId, ids, points, level, unlocks: modelUnlocks(model, userId) }
}

// By the ids that the catalog gives; what goes since the new badge is held as well is not lost.
function namedLater({ ids, ...rest }: Standing, renames: readonly ModelRename[]): Standing {
  const byFormer = new Map(renames.map(rename => [rename.from, rename]))
  const left = ids.filter(id => !byFormer.get(id)?.isMerged)
  return { ...rest, ids: left.map(id => byFormer.get(id)?.to ?? id) }
}

type Move = {
  readonly userId: string
  readonly gained: readonly string[]
  readonly lost: readonly string[]
  readonly points: number
  readonly level: number
  readonly opened: readonly string[]
  readonly closed: readonly string[]
}

function moveOf(was: Standing, is: Standing): Move {
  return {
    userId: was.userId,
    gained: is.ids.filter(id => !was.ids.includes(id)),
    lost: was.ids.filter(id => !is.ids.includes(id)),
    points: is.points - was.points,
    level: is.level - was.level,
    opened: is.unlocks.filter(unlock => !was.unlocks.includes(unlock)),
    closed: was.unlocks.filter(unlock => !is.unlocks.includes(unlock)),
  }
}

// By badge id: who gains it, and who loses it.
function badgesMoved({ prefix }: Run, moves: readonly Move[]): Record<string, [string[], string[]]> {
  const ids = new Set(moves.flatMap(({ gained, lost }) => [...gained, ...lost]))
  const those = (side: 'gained' | 'lost', id: string): string[] =>
    moves.filter(move => move[side].includes(id)).map(({ userId }) => prefix + userId)
  return Object.fromEntries([...ids].map(id => [id, [those('gained', id), those('lost', id)]]))
}
