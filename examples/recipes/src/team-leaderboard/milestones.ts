import { createMilestoneService, type Database, defineCatalog } from 'milepost'

export const catalog = defineCatalog({
  categories: ['lesson'],
  points: [{ category: 'lesson', points: 10, cap: { per: 'day', points: 50 } }],
  milestones: [
    {
      id: 'first-lesson',
      title: 'First lesson',
      requirement: { type: 'count', category: 'lesson', target: 1 },
    },
  ],
})

export const openMilestones = (db: Database) => createMilestoneService({ db, catalog })
export type Milestones = ReturnType<typeof openMilestones>
