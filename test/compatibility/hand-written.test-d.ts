import { expectTypeOf, test } from 'vitest'
import { createClient } from '../../src/client.js'
import { type BadgeId, createMilestoneService, defineCatalog } from '../../src/index.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'
import type { Badge, Milestone, MilestoneService, UserMilestoneProgress } from './hand-written.js'

declare const milestones: Milestone[]
const catalog = defineCatalog({ milestones })
const service = createMilestoneService({ db: {} as DrizzleDatabase, catalog })

test('a hand-written list is a catalog, and the service fits a hand-written interface', () => {
  const milestoneService: MilestoneService = service
  expectTypeOf(milestoneService.getAllMilestones()).toEqualTypeOf<Milestone[]>()
})

test('what pages do with badges and progress compiles', async () => {
  const badges: Badge[] = await service.getUserBadges('ann')
  const progress: UserMilestoneProgress = await service.getUserProgress('ann')
  const { earnedBadges } = await service.getUserProgress('ann')
  earnedBadges.sort((a, b) => a.earnedAt.getTime() - b.earnedAt.getTime())
  earnedBadges[0]!.unlocks.push('more')
  progress.earnedBadges = badges.filter(({ icon, category }) => icon.length > 0 && category.startsWith('l'))
  expectTypeOf(progress.nextLevelPoints - progress.totalPoints).toEqualTypeOf<number>()
  const lacking: number = (await service.getUserProgress('ann')).nextLevelPoints - progress.totalPoints
  const all: Milestone[] = service.getAllMilestones()
  all.sort((a, b) => a.category.localeCompare(b.category)).push(all[lacking]!)
})

test('so it does with the catalog written out, and with a level rule of its own', async () => {
  const literal = createMilestoneService({
    db: {} as DrizzleDatabase,
    catalog: defineCatalog({
      levels: { every: 250 },
      milestones: [
        {
          id: 'basics',
          title: 'The basics',
          requirement: { type: 'tutorials_completed', tutorialIds: ['intro', 'types'] },
          reward: { badge: 'Basics', badgeIcon: '📚', points: 50, unlocks: ['themes'] },
        },
        { id: 'active', title: 'Active', requirement: { type: 'actions_completed', count: 4 } },
      ],
    }),
  })
  const milestoneService: MilestoneService = literal
  expectTypeOf((await literal.getUserBadges('ann'))[0]!.id).toEqualTypeOf<BadgeId<'basics' | 'active'>>()
  await milestoneService.checkAndAwardMilestones('ann')
})

test('the client answers the same lists', async () => {
  const client = createClient<typeof catalog>({ baseUrl: '' })
  const { earnedBadges, nextLevelPoints, totalPoints } = await client.getUserProgress('ann')
  earnedBadges.sort((a, b) => a.icon.length - b.icon.length)
  expectTypeOf(nextLevelPoints - totalPoints).toEqualTypeOf<number>()
  const all: Milestone[] = await client.getAllMilestones()
  all.reverse()
})

test('a widened type is refused where ids are written out', () => {
  const requirement = { type: 'steps_completed' } as Milestone['requirement']
  // @ts-expect-error: nothing says here which of the five it is
  defineCatalog({ milestones: [{ id: 'first', title: 'First', requirement }] })
})
