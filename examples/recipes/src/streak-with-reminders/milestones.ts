import { createMilestoneService, type Database, defineCatalog } from 'milepost'

export const catalog = defineCatalog({
  categories: ['lesson'],
  milestones: [
    {
      id: 'seven-days',
      title: 'Seven days in a row',
      icon: '🔥',
      requirement: { type: 'streak', category: 'lesson', every: 'day', target: 7 },
      reward: { points: 30 },
    },
  ],
})

export const openMilestones = (db: Database, now?: () => Date) =>
  createMilestoneService({ db, catalog, ...(now && { now }) })
export type Milestones = ReturnType<typeof openMilestones>
