import { expect } from 'vitest'
import {
  type CallOptions,
  type Catalog,
  type CatalogDefinition,
  createMilestoneService,
  type MilestoneService,
  parseCatalog,
} from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import type { TestDatabase } from '../support/databases.js'
import { badgeIdsAround, type Command, picked, revokedId, type Via } from './commands.js'
import type { ModelZone } from './reference-calendar.js'
import {
  badgesOf,
  keyOf,
  type Model,
  type ModelCompletion,
  type ModelInput,
  modelCheck,
  modelPause,
  modelRecord,
  modelSetZone,
  modelStart,
  newModel,
  pointsOf,
  shownBadgesOf,
} from './reference-model.js'
import { measure } from './reference-progress.js'
import { awardable, modelAward, modelRevoke, modelUndo } from './reference-undo.js'
import { shownAsModel } from './shown-progress.js'

/** The users of whom commands are. */
export const users = ['ann', 'bob'] as const

/** A service's database and catalog beside the model of the same. */
export type Run = {
  readonly database: TestDatabase
  readonly model: Model
  /** Keeps users apart who stand for the same user of the model. */
  readonly prefix: string
  readonly catalog: Catalog
  /** What was undone, as it was recorded. */
  readonly undone: ModelCompletion[]
}

export function runOf(database: TestDatabase, definition: CatalogDefinition, prefix = ''): Run {
  return { database, model: newModel(definition), prefix, catalog: parseCatalog(definition), undone: [] }
}

export function serviceOf({ database, catalog, model }: Run): MilestoneService {
  return createMilestoneService({ db: database.db, catalog, now: () => model.now })
}

export const asOf =
  ({ prefix }: Pick<Run, 'prefix'>) =>
  <Given extends Pick<ModelInput, 'userId'>>(given: Given): Given => ({ ...given, userId: prefix + given.userId })

/** Lets the users' clocks go by these zones before anything happens. Stored at once: to call for each costs as much as the rest. */
export async function setZones(
  { database, model, prefix }: Run,
  zonesByUser: Readonly<Record<(typeof users)[number], readonly ModelZone[]>>,
): Promise<void> {
  const rows = users.flatMap(userId => {
    for (const { zone, since } of zonesByUser[userId]) {
      model.now = since
      modelSetZone(model, userId, zone)
    }
    const lastByInstant = new Map(model.zones.get(userId)?.map(given => [given.since.getTime(), given]))
    return [...lastByInstant.values()].map(given => ({ userId: prefix + userId, ...given }))
  })
  if (rows.length > 0) await database.db.insert(milepostTables().userTimeZones).values(rows)
  model.now = modelStart
}

/** Carries a command out on both sides, and expects the same answers. */
export async function apply(run: Run, service: MilestoneService, command: Command): Promise<void> {
  const { model, prefix } = run
  switch (command.type) {
    case 'record':
      return record(run, service, command)
    case 'redo': {
      const again = picked(run.undone, command.pick)
      return again && record(run, service, { batch: [again], via: 'call' })
    }
    case 'undo':
      return undo(run, service, command)
    case 'award':
      return award(run, service, command)
    case 'revoke': {
      const { userId, via } = command
      const id = revokedId(model, command)
      const answer = await through(run, via, options => service.revokeBadge(prefix + userId, id, byHand, options))
      if (!answer) return
      expect({ ...answer, revoked: idsOf(answer.revoked) }).toEqual(modelRevoke(model, userId, id))
      return
    }
    case 'host':
      return insertCompletion(run, service, command.row)
    case 'host badge':
      return insertBadge(run, service, command)
    case 'zone': {
      const { userId, zone } = command
      await service.setTimeZone(prefix + userId, zone)
      return modelSetZone(model, userId, zone)
    }
    case 'pause': {
      const { userId, pause } = command
      await service.pauseStreaks(userId && prefix + userId, pause.from, pause.to, 'out of order')
      return modelPause(model, userId, pause)
    }
    case 'clock':
      model.now = new Date(Math.max(model.now.getTime() + command.stepMs, modelStart.getTime()))
      return
    case 'check':
      return check(run, service, 'ann')
    case 'rebuild':
      for (const userId of users) {
        await service.rebuild(prefix + userId)
        modelCheck(model, userId)
      }
      return
    case 'restart':
      return
  }
}

const byHand = { reason: 'by hand' }

const idsOf = (badges: readonly { readonly id: string }[]): string[] => badges.map(({ id }) => id)

// Answers undefined where the host rolled back what was done.
async function through<Answer>(
  { database }: Run,
  via: Via,
  call: (options: CallOptions) => Promise<Answer>,
): Promise<Answer | undefined> {
  if (via === 'call') return call({})
  if (via === 'commit') return database.db.transaction(tx => call({ db: tx }))
  const rolledBack = database.db.transaction(async tx => {
    await call({ db: tx })
    throw new Error('the host changed its mind')
  })
  await expect(rolledBack).rejects.toThrow('the host changed its mind')
  return undefined
}

type Recording = Pick<Extract<Command, { type: 'record' }>, 'batch' | 'via'>

async function record(run: Run, service: MilestoneService, { batch, via }: Recording): Promise<void> {
  const results = await through(run, via, options => service.record(batch.map(asOf(run)), options))
  if (!results) return
  const answers = results.map(({ status, awarded }) => ({ status, awarded: idsOf(awarded).sort() }))
  expect(answers).toEqual(modelRecord(run.model, batch))
}

async function undo(
  run: Run,
  service: MilestoneService,
  { of, pick, via }: Extract<Command, { type: 'undo' }>,
): Promise<void> {
  const { model, prefix } = run
  const chosen = of === 'recorded' ? picked(model.completions, pick) : of
  if (!chosen) return
  const { userId, category, itemKey } = chosen
  const key = { userId: prefix + userId, category, itemKey }
  const answer = await through(run, via, options => service.undo(key, byHand, options))
  if (!answer) return
  const known = model.completions.find(other => keyOf(other) === keyOf(chosen))
  if (known) run.undone.push(known)
  const revoked = answer.status === 'undone' ? idsOf(answer.revoked) : []
  expect({ status: answer.status, revoked }).toEqual(modelUndo(model, chosen))
  if (answer.status === 'undone') expect(answer.completion).toMatchObject(asOf(run)(known!))
}

async function award(
  run: Run,
  service: MilestoneService,
  { userId, pick, via }: Extract<Command, { type: 'award' }>,
): Promise<void> {
  const { model, prefix } = run
  const badgeId = picked(badgeIdsAround(model.definition), pick)!
  const awarding = (options?: CallOptions) => service.awardBadge(prefix + userId, badgeId, byHand, options)
  if (!awardable(model.definition, badgeId)) {
    return expect(awarding()).rejects.toMatchObject({ code: 'MILESTONE_NOT_FOUND' })
  }
  const answer = await through(run, via, awarding)
  if (!answer) return
  const { status, badge, awarded } = answer
  expect({ status, id: badge.id, awarded: idsOf(awarded).sort() }).toEqual(modelAward(model, userId, badgeId))
}

async function insertCompletion(run: Run, service: MilestoneService, given: ModelCompletion): Promise<void> {
  const { model, database } = run
  const row = { ...asOf(run)(given), recordedAt: model.now }
  await database.db.insert(milepostTables().userProgress).values(row).onConflictDoNothing()
  if (!model.completions.some(known => keyOf(known) === keyOf(given))) model.completions.push(given)
  return check(run, service, given.userId)
}

// One of the catalog's or of the host's own. Not of a tier: what it hides is written in it.
async function insertBadge(
  { model, prefix, ...run }: Run,
  service: MilestoneService,
  { userId, pick, at }: Extract<Command, { type: 'host badge' }>,
): Promise<void> {
  const { definition } = model
  const own = badgeIdsAround(definition).filter(id => awardable(definition, id) && !id.includes('#'))
  const id = picked([...own, "the host's"], pick)!
  const badge = { id, earnedAt: at, points: 15, by: null }
  const row = { category: 'milestone_badge', itemKey: id, metadata: { points: 15 }, completedAt: at }
  await run.database.db
    .insert(milepostTables().userProgress)
    .values({ ...row, userId: prefix + userId })
    .onConflictDoNothing()
  const held = badgesOf(model, userId)
  if (!held.some(other => other.id === id)) model.badges.set(userId, [...held, badge])
  return check({ model, prefix, ...run }, service, userId)
}

async function check({ model, prefix }: Run, service: MilestoneService, userId: string): Promise<void> {
  const badges = await service.checkAndAwardMilestones(prefix + userId)
  expect(idsOf(badges).sort()).toEqual(modelCheck(model, userId))
}

/** Expects badges, dates, points and progress to be those of the model. */
export async function expectAsModel({ model, prefix }: Run, service: MilestoneService, userId: string): Promise<void> {
  const progress = await service.getUserProgress(prefix + userId)
  const dates = (list: readonly { id: string; earnedAt: Date }[]) =>
    Object.fromEntries(list.map(({ id, earnedAt }) => [id, earnedAt.toISOString()]))
  expect(dates(progress.earnedBadges)).toEqual(dates(shownBadgesOf(model, userId)))
  expect([...progress.completedMilestones].sort()).toEqual(idsOf(badgesOf(model, userId)).sort())
  expect(progress.totalPoints).toBe(pointsOf(model, userId))
  const measured = measure(model, userId)
  expect(shownAsModel(progress.milestones, measured)).toEqual(measured)
}
