/** A catalog with a bit of everything. */
export const studioCatalog = {
  milestones: [
    milestone('first-steps', 'First steps', '🎯', 10, { type: 'tutorials_completed', count: 1 }),
    milestone('reader', 'Keen reader', '📚', 30, { type: 'tutorials_completed', count: 5 }),
    milestone('scholar', 'Scholar', '🎓', 60, { type: 'tutorials_completed', count: 10 }),
    milestone('sharp', 'Sharp mind', '🧠', 50, { type: 'quiz_perfect', minScore: 90 }),
    milestone('talkative', 'Talkative', '💬', 20, { type: 'actions_completed', count: 4 }),
    milestone('all-rounder', 'All-rounder', '🧭', 100, {
      type: 'all',
      of: [
        { type: 'tutorials_completed', count: 3 },
        {
          type: 'any',
          of: [
            { type: 'quiz_perfect', minScore: 80 },
            { type: 'points', target: 120 },
          ],
        },
        { type: 'streak', category: ['tutorial', 'quiz', 'action'], every: 'day', target: 3, grace: 1 },
      ],
    }),
    milestone('collector', 'Collector', '🏆', 150, {
      type: 'milestones',
      ids: ['reader', 'sharp', 'talkative'],
      target: 2,
    }),
    milestone('early-bird', 'Early bird', '🐦', 5, { type: 'count', category: 'beta', target: 1 }),
    { ...milestone('secret', 'Night owl', '🦉', 40, { type: 'actions_completed', count: 8 }), hidden: true },
    { ...milestone('pioneer', 'Pioneer', '🚩', 25, { type: 'count', category: 'beta', target: 3 }), retired: true },
    {
      ...milestone('posts', 'Writer', '✍️', 20, { type: 'count', category: 'action' }),
      tiers: [2, 6, 12].map((target, i) => ({ key: `${i + 1}`, target })),
    },
  ],
}

function milestone(id: string, title: string, icon: string, points: number, requirement: object) {
  return {
    id,
    title,
    description: `How “${title}” is earned stands below.`,
    icon,
    requirement,
    reward: { points, unlocks: points > 90 ? ['lounge'] : [] },
  }
}
