import { createMilestoneService, type Database, defineCatalog } from 'milepost'

export const catalog = defineCatalog({
  categories: ['lesson'],
  currencies: ['gems'],
  points: [{ category: 'lesson', currency: 'gems', points: 1, cap: { per: 'day', points: 5 } }],
  milestones: [
    {
      id: 'first-lesson',
      title: 'First lesson',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { points: 10, coins: { gems: 5 } },
    },
  ],
})

export const openMilestones = (db: Database) => createMilestoneService({ db, catalog })
export type Milestones = ReturnType<typeof openMilestones>
