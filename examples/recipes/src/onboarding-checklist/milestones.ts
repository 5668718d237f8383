import { createMilestoneService, type Database, defineCatalog } from 'milepost'

export const catalog = defineCatalog({
  categories: ['project', 'invitation', 'deployment'],
  milestones: [
    {
      id: 'first-project',
      title: 'Create a project',
      hint: 'Open Projects and choose New.',
      requirement: { type: 'count', category: 'project', target: 1 },
    },
    {
      id: 'first-invitation',
      title: 'Invite a colleague',
      hint: 'Open Settings, then People.',
      requirement: { type: 'count', category: 'invitation', target: 1 },
    },
    {
      id: 'first-deployment',
      title: 'Deploy something',
      hint: 'Push to your main branch.',
      requirement: { type: 'count', category: 'deployment', target: 1 },
    },
    {
      id: 'all-set',
      title: 'All set',
      icon: '🚀',
      requirement: { type: 'milestones', ids: ['first-project', 'first-invitation', 'first-deployment'] },
      reward: { points: 50, unlocks: ['custom-domain'] },
    },
  ],
})

export const steps = ['first-project', 'first-invitation', 'first-deployment'] as const

export const openMilestones = (db: Database) => createMilestoneService({ db, catalog })
export type Milestones = ReturnType<typeof openMilestones>
