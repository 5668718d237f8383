import { expect, test } from 'vitest'
import { createMilestoneService, defineCatalog } from '../../src/index.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'

const at = (day: number): Date => new Date(Date.UTC(2026, 0, day))
const now = at(20)
const hand = { reason: 'kind', by: 'ops' }

const catalog = defineCatalog({
  levels: { thresholds: [10, 500], names: ['Guest', 'Member'] },
  milestones: [
    {
      id: 'both',
      title: 'Both',
      requirement: { type: 'tutorials_completed', tutorialIds: ['b', 'a'] },
      reward: { points: 10, unlocks: ['z', 'a'] },
    },
    {
      id: 'posts',
      title: 'Posts',
      requirement: { type: 'count', category: ['tutorial', 'post'], where: { tag: { in: ['y', 'x'] } } },
      tiers: [1, 5],
      available: { from: '2025-01-01' },
    },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'post', every: 'day', target: 3 } },
    { id: 'later', title: 'Later', requirement: { type: 'level', target: 3 }, after: ['days', 'both'] },
    { id: 'egg', title: 'Egg', requirement: { type: 'milestones', ids: ['later', 'both'] }, hidden: 'until-earned' },
  ],
})

describeOnEach(everyDatabase, 'what a service answers', database => {
  const completions = ['b', 'a', 'c'].map((itemKey, i) => ({
    userId: 'ann',
    category: 'tutorial',
    itemKey,
    metadata: { tag: 'x', list: [2, 1] },
    completedAt: at(i + 1),
  }))

  test('belongs to the caller: changes to it are not seen by others', async () => {
    const service = createMilestoneService({ db: database.host.db, catalog, now: () => now })
    const heard: unknown[] = []
    service.onAwarded(award => void heard.push(award))
    service.onAwarded(award => void heard.push(award))
    const recorded = await service.record([...completions, ...completions])
    await service.apply(catalog, { reason: 'first' })
    await service.setItems('course', ['a'])
    await service.awardBadge('ann', 'days', hand)
    await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin', attributes: { team: 'red' } })
    const reads = {
      getUserProgress: () => service.getUserProgress('ann'),
      getUserBadges: () => service.getUserBadges('ann'),
      getAllMilestones: async () => service.getAllMilestones(),
      unseen: () => service.getUnseenBadges('ann'),
      explain: () => service.explain('ann', 'posts#5'),
      explainHeld: () => service.explain('ann', 'both'),
      whatNext: () => service.whatNext('ann'),
      getMilestoneStatistics: () => service.getMilestoneStatistics(),
      getLeaderboard: () => service.getLeaderboard(),
      getUserSettings: () => service.getUserSettings('ann'),
      getCatalog: () => service.getCatalog(),
      getItemLists: () => service.getItemLists(),
      getItems: () => service.getItems('course'),
      planItems: () => service.planItems('course', ['b']),
      getCatalogVersions: () => service.getCatalogVersions(),
      exportUser: () => service.exportUser('ann'),
      plan: () => service.plan(catalog),
      verify: () => service.verify(),
      again: () => service.record(completions),
    }
    const before = structuredClone({ catalog: catalog.definition, milestones: catalog.milestones })
    const seen = new Set<object>()
    expectOwn('record', recorded, seen)
    expectOwn('onAwarded', heard, seen)
    for (const [name, read] of Object.entries(reads)) {
      const first = await read()
      const copy = structuredClone(first)
      expectOwn(name, first, seen)
      spoil(first)
      const second = await read()
      expect(second, name).toEqual(copy)
      expectOwn(name, second, seen)
    }
    expect({ catalog: catalog.definition, milestones: catalog.milestones }).toEqual(before)
  })

  test('two callers who send the same completion at once share no objects', async () => {
    const service = createMilestoneService({ db: database.host.db, catalog, now: () => now })
    const send = () => service.record({ ...completions[0]!, category: 'post' })
    const results = await Promise.all([send(), send(), send()])
    expect(results.map(({ awarded }) => awarded.length)).toEqual([1, 1, 1])
    expectOwn('record', results, new Set())
  })
})

/** Sees that no object stands in an answer twice, nor in any answer before. */
function expectOwn(name: string, answer: unknown, seen: Set<object>): void {
  if (typeof answer !== 'object' || answer === null) return
  expect(seen.has(answer), `${name} shares ${JSON.stringify(answer)}`).toBe(false)
  seen.add(answer)
  for (const part of Object.values(answer)) expectOwn(name, part, seen)
}

/** Does to an answer the worst that a page could. */
function spoil(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return
  for (const part of Object.values(answer)) spoil(part)
  if (answer instanceof Date) answer.setTime(0)
  else if (Array.isArray(answer)) answer.length = 0
  else for (const key of Object.keys(answer)) delete (answer as Record<string, unknown>)[key]
}
