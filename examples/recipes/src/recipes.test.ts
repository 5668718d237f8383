import { createMilestoneService } from 'milepost'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { borrowPglite, type LentPglite } from '../../../test/support/embedded.js'
import { adoptVisitor, newVisitorId } from './anonymous-visitor/visitor.js'
import * as shop from './coin-shop/milestones.js'
import { gemsBought, sellHint } from './coin-shop/shop.js'
import { certificateOf, findCertificate } from './course-with-certificates/certificate.js'
import { examTaken, lessonRead } from './course-with-certificates/learning.js'
import * as course from './course-with-certificates/milestones.js'
import * as checklist from './onboarding-checklist/milestones.js'
import { onboardingOf, requireCustomDomain } from './onboarding-checklist/onboarding.js'
import * as streak from './streak-with-reminders/milestones.js'
import { dueReminders } from './streak-with-reminders/reminders.js'
import * as team from './team-leaderboard/milestones.js'
import { setTeam, teamBoard } from './team-leaderboard/team.js'

let database: LentPglite
beforeAll(async () => {
  database = await borrowPglite()
})
afterAll(() => database.close())

test('the checklist ticks off each step, and its end unlocks the domain', async () => {
  const milestones = checklist.openMilestones(database.db)
  await milestones.record({ userId: 'ann', category: 'project', itemKey: 'website' })
  expect(await onboardingOf(milestones, 'ann')).toEqual({ done: ['first-project'], isOpen: true })
  await expect(requireCustomDomain(milestones, 'ann')).rejects.toThrow('Finish the first steps')
  await milestones.record({ userId: 'ann', category: 'invitation', itemKey: 'ben' })
  await milestones.record({ userId: 'ann', category: 'deployment', itemKey: 'first' })
  expect(await onboardingOf(milestones, 'ann')).toEqual({ done: [...checklist.steps], isOpen: false })
  await requireCustomDomain(milestones, 'ann')
})

test('a certificate can be checked by its number, until its badge is revoked', async () => {
  const milestones = course.openMilestones(database.db)
  for (const lesson of ['ts-types', 'ts-objects', 'ts-generics']) await lessonRead(milestones, 'cleo', lesson)
  await examTaken(milestones, 'cleo', { id: 'try 1', score: 70 })
  expect(await certificateOf(milestones, 'cleo', 'secret')).toBeNull()
  await examTaken(milestones, 'cleo', { id: 'try 2', score: 90 })
  const certificate = (await certificateOf(milestones, 'cleo', 'secret'))!
  expect(certificate.course).toBe('TypeScript from scratch')
  expect(await findCertificate(milestones, certificate.number, 'secret')).toEqual(certificate)
  const forged = certificate.number.replace(/^[^.]*/, Buffer.from('dora').toString('base64url'))
  for (const number of [forged, '', 'x', '.']) expect(await findCertificate(milestones, number, 'secret')).toBeNull()
  await milestones.revokeBadge('cleo', 'typescript-course', { reason: 'Somebody else took the exam' })
  expect(await findCertificate(milestones, certificate.number, 'secret')).toBeNull()
})

test('a streak that is about to end is reminded of once, and not if the user was active today', async () => {
  onTestFinished(async () => void (await database.client.exec('drop table streak_reminders')))
  await database.client.exec(
    'create table streak_reminders (user_id text, ends_at timestamptz, primary key (user_id, ends_at))',
  )
  let now = new Date('2026-11-28T18:00:00Z')
  const milestones = streak.openMilestones(database.db, () => now)
  const lesson = (userId: string, at: string) =>
    milestones.record({ userId, category: 'lesson', itemKey: at, completedAt: new Date(at) })
  for (const userId of ['emma', 'finn', 'gus'])
    await milestones.updateUserSettings(userId, { timeZone: 'Europe/Berlin' })
  for (const userId of ['emma', 'finn', 'gus']) await lesson(userId, '2026-11-28T12:00:00Z')
  await milestones.updateUserSettings('gus', { visibility: 'quiet' })
  now = new Date('2026-11-29T21:00:00Z')
  await lesson('finn', '2026-11-29T12:00:00Z')
  const due = await dueReminders(milestones, database.client, now)
  expect(due).toEqual([{ userId: 'emma', days: 1, endsAt: new Date('2026-11-29T23:00:00Z') }])
  expect(await dueReminders(milestones, database.client, now)).toEqual([])
})

test('the board of a team has its members alone', async () => {
  // In the middle of a week: it is the board of this week.
  const now = new Date('2026-11-25T12:00:00Z')
  const milestones = createMilestoneService({ db: database.db, catalog: team.catalog, now: () => now })
  const names = async (userIds: string[]) => new Map(userIds.map(userId => [userId, userId.toUpperCase()]))
  for (const [userId, lessons] of Object.entries({ hal: 2, ida: 1, jon: 3 })) {
    await setTeam(milestones, userId, userId === 'jon' ? 'blue' : 'red')
    for (let i = 0; i < lessons; i += 1) await milestones.record({ userId, category: 'lesson', itemKey: `lesson ${i}` })
  }
  expect(await teamBoard(milestones, 'ida', names)).toEqual([
    { rank: 1, name: 'HAL', points: 20, isYou: false },
    { rank: 2, name: 'IDA', points: 10, isYou: true },
  ])
  await setTeam(milestones, 'ida', null)
  expect(await teamBoard(milestones, 'ida', names)).toEqual([])
})

test('an account gets what its visitor did, once and with true dates, and the visitor is gone', async () => {
  const milestones = team.openMilestones(database.db)
  const visitorId = newVisitorId()
  await milestones.updateUserSettings(visitorId, { timeZone: 'Asia/Tokyo' })
  const completedAt = new Date('2026-11-01T09:00:00Z')
  await milestones.record({ userId: visitorId, category: 'lesson', itemKey: 'intro', completedAt })
  await milestones.record({ userId: 'kim', category: 'lesson', itemKey: 'setup' })
  await adoptVisitor(milestones, visitorId, 'kim')
  expect(await adoptVisitor(milestones, visitorId, 'kim')).toEqual([])
  const { totalPoints, timeZone } = await milestones.getUserProgress('kim')
  expect({ totalPoints, timeZone }).toEqual({ totalPoints: 20, timeZone: 'Asia/Tokyo' })
  const late = await milestones.record({ userId: visitorId, category: 'lesson', itemKey: 'late' })
  expect(late.completion.userId).toBe('kim')
  await expect(adoptVisitor(milestones, visitorId, 'lee')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})

test('a hint is sold once, for gems that are there, and not if its transaction fails', async () => {
  const milestones = shop.openMilestones(database.db)
  const buy = (quizId: string, isBroken = false) =>
    database.db.transaction(async tx => {
      const status = await sellHint(milestones, tx, { userId: 'mia', quizId })
      if (isBroken) throw new Error('broken')
      return status
    })
  // Waits until the catalog of the shop is in effect: a call in a transaction does not.
  expect(await milestones.getBalance('mia')).toEqual({ gems: 0 })
  expect(await buy('loops')).toBe('insufficient')
  await milestones.record({ userId: 'mia', category: 'lesson', itemKey: 'intro' })
  expect([await buy('loops'), await buy('loops')]).toEqual(['spent', 'duplicate'])
  expect(await milestones.getBalance('mia')).toEqual({ gems: 1 })
  for (const _ of [1, 2]) await gemsBought(milestones, 'mia', { id: '7', gems: 10 })
  await expect(buy('types', true)).rejects.toThrow('broken')
  expect(await milestones.getBalance('mia')).toEqual({ gems: 11 })
})
