import { expect, test } from 'vitest'
import { createMilestoneService, defineCatalog } from '../../src/index.js'
import { userProgress } from '../../src/schema.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'
import { type Badge, type Done, handWrittenService, type Milestone, type MilestoneService } from './hand-written.js'
import { milestones } from './milestones.js'

const at = (hour: number): Date => new Date(Date.UTC(2026, 4, 1, hour))

type App = { service: MilestoneService; complete: (done: Done) => Promise<unknown> }
type Step = (app: App) => Promise<unknown>

describeOnEach(everyDatabase, 'an app that kept its milestones itself', database => {
  const newService = () => createMilestoneService({ db: database.db, catalog: defineCatalog({ milestones }) })
  const asWritten = (): App => {
    const service = handWrittenService(milestones)
    return { service, complete: service.complete }
  }

  test('gives the same answers when it inserts rows and then checks', async () => {
    const complete = (done: Done) => database.db.insert(userProgress).values(done).onConflictDoNothing()
    await expectAlike({ service: newService(), complete }, asWritten())
  })

  test('gives the same answers when it records, except for what recording awarded before the check', async () => {
    const recording = newService()
    const service = { ...recording, checkAndAwardMilestones: async () => [] }
    const written = asWritten()
    const silent = async (userId: string): Promise<Badge[]> => {
      await written.service.checkAndAwardMilestones(userId)
      return []
    }
    const kept = { ...written, service: { ...written.service, checkAndAwardMilestones: silent } }
    await expectAlike({ service, complete: done => recording.record(done) }, kept)
  })
})

async function expectAlike(milepost: App, written: App): Promise<void> {
  for (const [i, step] of script.entries()) {
    expect(await step(milepost), `step ${i + 1}`).toEqual(await step(written))
  }
}

const does =
  (userId: string, hour: number, category: Done['category'], itemKey: string, quizScore?: number): Step =>
  async ({ service, complete }) => {
    const metadata = quizScore === undefined ? {} : { quizScore }
    await complete({ userId, category, itemKey, metadata, completedAt: at(hour) })
    return (await service.checkAndAwardMilestones(userId)).map(plain)
  }

// Pages sort what they read where it stands, and take from it: the next page must not see that.
const profile =
  (userId: string): Step =>
  async ({ service }) => {
    const progress = await service.getUserProgress(userId)
    progress.earnedBadges.sort((a, b) => b.earnedAt!.getTime() - a.earnedAt!.getTime() || a.name.localeCompare(b.name))
    const lacking = progress.nextLevelPoints - progress.totalPoints
    const latest = progress.earnedBadges.splice(0, 3).map(plain)
    const { totalPoints, level, nextLevelPoints } = progress
    return { userId: progress.userId, latest, lacking, totalPoints, level, nextLevelPoints }
  }

const shelf =
  (userId: string): Step =>
  async ({ service }) => {
    const badges: Badge[] = await service.getUserBadges(userId)
    badges.sort((a, b) => a.category.localeCompare(b.category) || a.name.localeCompare(b.name))
    const withIcon = badges.filter(({ icon }) => icon.length > 0).length
    return { names: badges.map(plain), withIcon, first: badges.shift()?.name }
  }

const overview =
  (userId: string): Step =>
  async ({ service }) => {
    const all: Milestone[] = service.getAllMilestones()
    const { completedMilestones } = await service.getUserProgress(userId)
    const rows = all.map(({ id, title, description, icon, category, requirement, reward }) => {
      const { badge, badgeIcon, points = 0, unlocks = [] } = reward
      const isDone = completedMilestones.includes(id)
      return { id, title, description, icon, category, requirement, badge, badgeIcon, points, unlocks, isDone }
    })
    const copy = structuredClone(rows)
    for (const { requirement, unlocks } of rows) {
      requirement.tutorialIds?.reverse()
      unlocks.reverse()
    }
    all.sort((a, b) => b.title.localeCompare(a.title)).pop()
    return copy
  }

const script: Step[] = [
  ...[overview('ann'), profile('ann'), shelf('ann')],
  does('ann', 1, 'tutorial', 'intro'),
  profile('ann'),
  ...[2, 3].map(hour => does('ann', hour, 'tutorial_step', `intro ${hour}`)),
  does('ann', 3, 'tutorial_step', 'intro 3'),
  does('ann', 4, 'quiz', 'intro quiz', 70),
  does('ann', 5, 'quiz', 'intro quiz again', 85),
  ...[overview('ann'), shelf('ann'), shelf('ann')],
  does('bob', 6, 'workflow', 'test'),
  does('bob', 7, 'workflow', 'deploy'),
  ...[profile('bob'), profile('ann')],
  does('ann', 8, 'tutorial_step', 'types 1', 100),
  does('ann', 9, 'tutorial', 'types'),
  ...[1, 2, 3, 4, 5].map(n => does('bob', 9 + n, 'action', `action ${n}`)),
  ...[profile('ann'), profile('ann'), shelf('ann'), overview('ann')],
  ...[profile('bob'), shelf('bob'), overview('bob')],
  profile('nobody'),
]

function plain({ id, name, description, icon, category, rarity, earnedAt }: Badge): Badge {
  return { id, name, description, icon, category, rarity, earnedAt: earnedAt! }
}
