import { createMilestoneService, type Database, defineCatalog } from 'milepost'

export const catalog = defineCatalog({
  categories: ['lesson', 'exam'],
  milestones: [
    {
      id: 'typescript-course',
      title: 'TypeScript from scratch',
      icon: '🎓',
      requirement: {
        type: 'all',
        of: [
          { type: 'count', category: 'lesson', items: ['ts-types', 'ts-objects', 'ts-generics'] },
          { type: 'best', category: 'exam', where: { exam: { eq: 'ts-exam' } }, property: 'score', target: 80 },
        ],
      },
      reward: { points: 100, unlocks: ['certificate'] },
    },
  ],
})

export const openMilestones = (db: Database) => createMilestoneService({ db, catalog })
export type Milestones = ReturnType<typeof openMilestones>
