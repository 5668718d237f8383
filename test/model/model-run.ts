import { expect } from 'vitest'
import { groupBy } from '../../src/core/values/group-by.js'
import type { CallOptions, MilestoneService, PauseInput } from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import { badgeIdsAround, type Command, picked, revokedId } from './commands.js'
import { currentId, modelMergeStray } from './merging/reference-merge.js'
import type { ModelPause, ModelZone } from './reference-calendar.js'
import { modelAllowReturn, modelErase } from './reference-changes.js'
import { modelUnlocks } from './reference-expiry.js'
import { modelLevel, noteHighest } from './reference-levels.js'
import { milestonesOf } from './reference-milestones.js'
import {
  badgesOf,
  dueBadges,
  gemsOf,
  isFull,
  keyOf,
  type Model,
  type ModelBadge,
  type ModelCompletion,
  modelCheck,
  modelStart,
  newBadge,
  pointsOf,
  shownBadgesOf,
} from './reference-model.js'
import { measure } from './reference-progress.js'
import { modelRecord } from './reference-record.js'
import { awardable } from './reference-standing.js'
import { modelAward, modelDeletePause, modelPause, modelRevoke, modelUndo } from './reference-undo.js'
import { modelSetDayStart, modelSetZone } from './reference-zones.js'
import { asOf, type Run, users, usersNow } from './run.js'
import { applyGiven, setItemsGiven } from './runs/apply-run.js'
import { grantGiven, manualChange, through } from './runs/grant-run.js'
import { merge, rename, renaming } from './runs/merge-run.js'
import { shownAsModel } from './shown-progress.js'

/** Lets the users' clocks go by these zones before anything happens. Stored at once: to call for each costs as much as the rest. */
export async function setZones(
  { database, model, prefix }: Run,
  zonesByUser: Readonly<Record<(typeof users)[number], readonly ModelZone[]>>,
): Promise<void> {
  const rows = users.flatMap(userId => {
    const lastByInstant = new Map(zonesByUser[userId].map(given => [given.since.getTime(), given]))
    const zones = [...lastByInstant.values()]
    model.zones.set(userId, zones)
    return zones.map(given => ({ userId: prefix + userId, ...given }))
  })
  if (rows.length > 0) await database.db.insert(milepostTables().userTimeZones).values(rows)
  model.now = modelStart
}

/** Gives freezes to users before anything happens, at the instants given. Stored at once, as zones are. */
export async function setFreezes(
  { database, model, prefix }: Run,
  freezesByUser: Readonly<Record<(typeof users)[number], readonly Date[]>>,
): Promise<void> {
  const given = users.flatMap(userId => freezesByUser[userId].map((at, i) => ({ userId, key: `at first ${i}`, at })))
  model.freezes.push(...given)
  const rows = given.map(({ userId, key, at }) => ({ userId: prefix + userId, key, grantedAt: at }))
  if (rows.length > 0) await database.db.insert(milepostTables().streakFreezes).values(rows)
}

/** Carries a command out on both sides, and expects the same answers; of users who were erased, that they are refused. */
export async function carryOut(run: Run, service: MilestoneService, command: Command): Promise<void> {
  const erased = written(run, command).filter(userId => run.model.erased.has(userId))
  if (erased.length === 0) {
    await onBoth(run, service, command)
    await fillPlaces(run, service)
    return noteHighest(run.model, usersNow(run))
  }
  // A row that the host writes by itself is refused by nobody.
  if (command.type === 'host' || command.type === 'host badge') return
  const refused = 'via' in command ? { ...command, via: 'call' as const } : command
  await expect(onBoth(run, service, refused)).rejects.toMatchObject({ code: 'USER_ERASED' })
}

// A place that is free again goes to whoever is counted next: here to each user in turn.
async function fillPlaces(run: Run, service: MilestoneService): Promise<void> {
  const { model } = run
  const limited = new Set(
    milestonesOf(model.definition).flatMap(({ id, definition }) => (definition.limit ? [id] : [])),
  )
  if (limited.size === 0) return
  for (const userId of usersNow(run)) {
    if (dueBadges(model, userId).some(({ id }) => limited.has(id))) await check(run, service, userId)
  }
}

// The users for whom a command writes.
function written(run: Run, command: Command): readonly string[] {
  switch (command.type) {
    case 'record':
      return command.batch.map(({ userId }) => userId)
    case 'redo':
      return run.undone.length > 0 ? [picked(run.undone, command.pick)!.userId] : []
    case 'award':
    case 'revoke':
    case 'host badge':
    case 'zone':
    case 'day start':
    case 'freeze':
    case 'adjust':
    case 'gems':
    case 'spend':
    case 'refund':
      return [command.userId]
    case 'host':
      return [command.row.userId]
    case 'pause':
      return command.userId === null ? [] : [command.userId]
    case 'check':
      return ['ann']
    case 'rebuild':
      return users
    case 'merge':
      return [command.from, command.into]
    case 'rename':
      return renaming(run, command)
    default:
      return []
  }
}

async function onBoth(run: Run, service: MilestoneService, command: Command): Promise<void> {
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
      const own = currentId(model, userId)
      const id = revokedId(model, { ...command, userId: own })
      const answer = await through(run, via, options => service.revokeBadge(prefix + userId, id, manualChange, options))
      if (!answer) return
      expect({ ...answer, revoked: idsOf(answer.revoked) }).toEqual(modelRevoke(model, own, id))
      return
    }
    case 'host':
      return insertCompletion(run, service, command.row)
    case 'host badge':
      return insertBadge(run, service, command)
    case 'zone': {
      const { userId, zone } = command
      await service.updateUserSettings(prefix + userId, { timeZone: zone })
      return modelSetZone(model, currentId(model, userId), zone)
    }
    case 'day start': {
      const { userId, dayStartsAt } = command
      await service.updateUserSettings(prefix + userId, { dayStartsAt })
      return modelSetDayStart(model, currentId(model, userId), dayStartsAt)
    }
    case 'pause': {
      const { userId, pause } = command
      await service.pauseStreaks(userId && prefix + userId, pauseInput(pause))
      return modelPause(model, userId && currentId(model, userId), pause)
    }
    case 'freeze':
    case 'adjust':
    case 'gems':
    case 'spend':
    case 'refund':
      return grantGiven(run, service, command)
    case 'delete pause':
      return deletePause(run, service, command.pick)
    case 'clock':
      model.now = new Date(Math.max(model.now.getTime() + command.stepMs, modelStart.getTime()))
      return
    case 'check':
      return check(run, service, 'ann')
    case 'rebuild':
      for (const userId of users) {
        await service.rebuild(prefix + userId)
        modelCheck(model, currentId(model, userId))
      }
      return
    case 'apply':
      return applyGiven(run, service, command)
    case 'items':
      return setItemsGiven(run, service, command)
    case 'erase': {
      const { userId, via } = command
      const answer = await through(run, via, options => service.eraseUser(prefix + userId, manualChange, options))
      return answer && expect({ status: answer.status }).toEqual(modelErase(model, userId))
    }
    case 'allow return': {
      const { userId, via } = command
      const answer = await through(run, via, options => service.allowReturn(prefix + userId, manualChange, options))
      return answer && expect(answer).toEqual(modelAllowReturn(model, userId))
    }
    case 'merge':
      return merge(run, service, command)
    case 'rename':
      return rename(run, service, command)
    case 'restart':
      return
  }
}

const idsOf = (badges: readonly { readonly id: string }[]): string[] => badges.map(({ id }) => id)

type Recording = Pick<Extract<Command, { type: 'record' }>, 'batch' | 'via'>

// Who of a batch comes first to the last place of a badge is left open.
async function record(run: Run, service: MilestoneService, { batch, via }: Recording): Promise<void> {
  if (run.model.definition.milestones.every(({ limit }) => limit === undefined))
    return recordTogether(run, service, { batch, via })
  for (const own of groupBy(batch, ({ userId }) => userId).values())
    await recordTogether(run, service, { batch: own, via })
}

async function recordTogether(run: Run, service: MilestoneService, { batch, via }: Recording): Promise<void> {
  const results = await through(run, via, options => service.record(batch.map(asOf(run)), options))
  if (!results) return
  const answers = results.map(({ status, awarded, differs }) => ({ status, awarded: idsOf(awarded).sort(), differs }))
  const own = batch.map(given => ({ ...given, userId: currentId(run.model, given.userId) }))
  expect(answers).toEqual(modelRecord(run.model, own))
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
  const answer = await through(run, via, options => service.undo(key, manualChange, options))
  if (!answer) return
  const own = { category, itemKey, userId: currentId(model, userId) }
  const known = model.completions.find(other => keyOf(other) === keyOf(own))
  if (known) run.undone.push(known)
  const revoked = answer.status === 'undone' ? idsOf(answer.revoked) : []
  expect({ status: answer.status, revoked }).toEqual(modelUndo(model, own))
  if (answer.status === 'undone') expect(answer.completion).toMatchObject(asOf(run)(known!))
}

async function award(
  run: Run,
  service: MilestoneService,
  { userId, pick, via }: Extract<Command, { type: 'award' }>,
): Promise<void> {
  const { model, prefix } = run
  const badgeId = picked(badgeIdsAround(model.definition), pick)!
  const awarding = (options?: CallOptions) => service.awardBadge(prefix + userId, badgeId, manualChange, options)
  if (!awardable(model.definition, badgeId) && !model.erased.has(userId)) {
    return expect(awarding()).rejects.toMatchObject({ code: 'MILESTONE_NOT_FOUND' })
  }
  if (!model.erased.has(userId) && isBeyondLimit(model, currentId(model, userId), badgeId)) {
    return expect(awarding()).rejects.toMatchObject({ code: 'BADGE_LIMIT_REACHED' })
  }
  const answer = await through(run, via, awarding)
  if (!answer) return
  const { status, badge, awarded } = answer
  expect({ status, id: badge.id, awarded: idsOf(awarded).sort() }).toEqual(
    modelAward(model, currentId(model, userId), badgeId),
  )
}

function isBeyondLimit(model: Model, userId: string, id: string): boolean {
  return (
    !badgesOf(model, userId).some(badge => badge.id === id) && isFull(model, userId, awardable(model.definition, id)!)
  )
}

async function deletePause({ model, prefix }: Run, service: MilestoneService, pick: number): Promise<void> {
  const pause = picked(model.pauses, pick)
  if (!pause) return
  const owner = pause.userId && prefix + pause.userId
  const { from, until } = pauseInput(pause)
  const stored = (await service.getStreakPauses(owner)).find(
    other =>
      +asDate(other.from) === +asDate(from) &&
      +asDate(other.until) === +asDate(until) &&
      typeof other.from === typeof from,
  )!
  const result = await service.deleteStreakPause(stored.id)
  const lost = modelDeletePause(model, pause)
  const revoked = result.status === 'deleted' ? idsOf(result.revoked) : null
  expect(revoked).toEqual(pause.userId === null ? [] : lost.get(pause.userId))
}

function asDate(bound: Date | string): Date {
  return new Date(bound)
}

/** Writes a pause as the service takes it. */
export function pauseInput({ from, to, inDays }: ModelPause): PauseInput {
  const bound = (at: Date): Date | string => (inDays ? at.toISOString().slice(0, 10) : at)
  return { from: bound(from), until: bound(to), reason: 'out of order' }
}

async function insertCompletion(run: Run, service: MilestoneService, given: ModelCompletion): Promise<void> {
  const { model, database } = run
  const row = { ...asOf(run)(given), recordedAt: model.now }
  await database.db.insert(milepostTables().userProgress).values(row).onConflictDoNothing()
  const stray = model.merged.has(given.userId) ? given : undefined
  if (stray) return check(run, service, given.userId, stray)
  if (!model.completions.some(known => keyOf(known) === keyOf(given))) model.completions.push(given)
  return check(run, service, given.userId)
}

// One of the catalog's or of the host's own. Not of a tier: what it hides is written in it. Not one with a limit: it takes
// its place only with the next rebuild.
async function insertBadge(
  { model, prefix, ...run }: Run,
  service: MilestoneService,
  { userId, pick, at }: Extract<Command, { type: 'host badge' }>,
): Promise<void> {
  const { definition } = model
  const own = badgeIdsAround(definition).filter(id => {
    return !id.includes('#') && awardable(definition, id) && awardable(definition, id)!.definition.limit === undefined
  })
  const id = picked([...own, "the host's"], pick)!
  // What its row does not say comes from the catalog.
  const milestone = awardable(definition, id)
  const badge = { ...(milestone ? newBadge(milestone, id) : { id, by: null }), earnedAt: at, points: 15, coins: {} }
  const row = { category: 'milestone_badge', itemKey: id, metadata: { points: 15 }, completedAt: at }
  await run.database.db
    .insert(milepostTables().userProgress)
    .values({ ...row, userId: prefix + userId })
    .onConflictDoNothing()
  if (model.merged.has(userId)) return check({ model, prefix, ...run }, service, userId, badge)
  const held = badgesOf(model, userId)
  if (!held.some(other => other.id === id)) model.badges.set(userId, [...held, badge])
  return check({ model, prefix, ...run }, service, userId)
}

async function check(
  { model, prefix }: Run,
  service: MilestoneService,
  userId: string,
  stray?: ModelCompletion | ModelBadge,
): Promise<void> {
  const badges = await service.checkAndAwardMilestones(prefix + userId)
  const brought = stray ? modelMergeStray(model, userId, stray) : []
  expect(idsOf(badges).sort()).toEqual([...brought, ...modelCheck(model, currentId(model, userId))].sort())
}

/** Expects badges, dates, points and progress to be those of the model. */
export async function expectAsModel({ model, prefix }: Run, service: MilestoneService, asked: string): Promise<void> {
  const progress = await service.getUserProgress(prefix + asked)
  const userId = currentId(model, asked)
  const dates = (list: readonly { id: string; earnedAt: Date }[]) =>
    Object.fromEntries(list.map(({ id, earnedAt }) => [id, earnedAt.toISOString()]))
  expect(dates(progress.earnedBadges)).toEqual(dates(shownBadgesOf(model, userId)))
  expect([...progress.completedMilestones].sort()).toEqual(idsOf(badgesOf(model, userId)).sort())
  expect([progress.totalPoints, progress.level]).toEqual([pointsOf(model, userId), modelLevel(model, userId)])
  expect([...progress.unlocks].sort()).toEqual(modelUnlocks(model, userId))
  expect((await service.getBalance(prefix + userId)).gems).toBe(gemsOf(model, userId))
  const measured = measure(model, userId)
  expect(shownAsModel(progress.milestones, measured)).toEqual(measured)
}
