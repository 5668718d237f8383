import { defineCatalog } from 'milepost'

export const catalog = defineCatalog({
  milestones: [
    {
      id: 'first-lesson',
      title: 'First lesson',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { badgeIcon: '🎯', points: 10 },
    },
    {
      id: 'ten-lessons',
      title: 'Ten lessons',
      requirement: { type: 'count', category: 'lesson', target: 10 },
      reward: { badgeIcon: '🏅', points: 50 },
    },
  ],
})
