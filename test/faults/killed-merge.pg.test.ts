import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService } from '../../src/index.js'
import { randomFrom } from '../races/lists.js'
import { tried } from '../reliability/tried.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { type MergeAnswer, type MergePair, mergeCatalog, mergeLesson, mergeRound } from './merge-rows.js'
import { startMerger } from './merger.js'

const pairCount = scale(2, 4)

test('merges under load, whose processes and connections are killed, lose nothing and count nothing twice', async () => {
  const database = await openDatabase('pg')
  const service = createMilestoneService({ db: database.db, catalog: mergeCatalog })
  const mergers = [startMerger(database, 0), startMerger(database, 1)]
  const random = randomFrom(7)
  const pick = (count: number): number => Math.floor(random() * count)
  const expectWhole = async (): Promise<void> => {
    expect(await halfMerged(database)).toEqual([])
    expect(await service.verify()).toEqual([])
  }
  const rounds = Array.from({ length: scale(2, 20) }, (_, number) => mergeRound(number, pairCount))
  for (const [number, round] of rounds.entries()) {
    // Some were known before, and some come with the round.
    const isKnown = () => random() < 0.7
    await service.record(round.pairs.flatMap(({ lessons }) => lessons.slice(0, 3).filter(isKnown).map(asCompletion)))
    const [victim, killAt] = [mergers[pick(2)]!, pick(pairCount)]
    let mergingCount = 0
    const strike = async (): Promise<void> => {
      if (mergingCount++ !== killAt) return
      await (number % 2 === 0 ? victim.loseConnections() : victim.kill())
      tried('mergesKilled')
      await expectWhole()
    }
    const done = mergers.map(merger => merger.perform(round, merger === victim ? strike : async () => {}))
    const answers = (await Promise.all(done)).flat()
    expectOnce(answers)
    for (const pair of round.pairs) await expectOneUser(service, pair, answers)
  }
  for (const merger of mergers) await merger.end()
  await expectWhole()
  const again = await service.record(
    rounds.flatMap(({ pairs }) => pairs.flatMap(({ lessons }) => lessons.map(asCompletion))),
  )
  expect(again.filter(({ status }) => status !== 'duplicate')).toEqual([])
  await database.close()
})

type Lesson = MergePair['lessons'][number]

function asCompletion({ userId, number }: Lesson) {
  return mergeLesson(userId, number)
}

/** Returns the former ids of which more is left than the id. */
function halfMerged({ rows }: TestDatabase<'pg'>): Promise<unknown[]> {
  return rows(sql`SELECT s.user_id FROM milepost.user_standings AS s WHERE s.merged_into IS NOT NULL AND (s.points <> 0
    OR EXISTS (SELECT FROM milepost.user_progress AS p WHERE p.user_id = s.user_id)
    OR EXISTS (SELECT FROM milepost.user_metrics AS m WHERE m.user_id = s.user_id)
    OR EXISTS (SELECT FROM milepost.points_ledger AS l WHERE l.user_id = s.user_id))`)
}

/** Expects that nobody was told twice that one lesson was recorded. */
function expectOnce(answers: readonly MergeAnswer[]): void {
  const recorded = answers.filter(({ status }) => status === 'recorded').map(({ lesson }) => lesson)
  expect(recorded.sort()).toEqual([...new Set(recorded)].sort())
}

/** Expects that the account has what a user has who did everything under one id, and each badge that was answered. */
async function expectOneUser(
  service: MilestoneService,
  pair: MergePair,
  answers: readonly MergeAnswer[],
): Promise<void> {
  const { from, into, lessons } = pair
  const only = `only ${into}`
  await service.record(lessons.map(({ number }) => mergeLesson(only, number)))
  const [account, other] = [await held(service, into), await held(service, only)]
  expect([into, account]).toEqual([into, other])
  expect(await service.exportUser(into)).toMatchObject({ formerIds: [from] })
  const own = answers.filter(({ userId }) => userId === from || userId === into)
  expect(account.ids).toEqual(expect.arrayContaining(own.flatMap(({ badges }) => badges)))
}

async function held(service: MilestoneService, userId: string) {
  const { completedMilestones, totalPoints, milestones } = await service.getUserProgress(userId)
  const { completions } = await service.exportUser(userId)
  return {
    ids: [...completedMilestones].sort(),
    totalPoints,
    current: milestones.map(({ current }) => current),
    lessons: completions.map(({ itemKey }) => itemKey).sort(),
  }
}
