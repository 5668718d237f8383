import { parseCatalog } from '../../src/index.js'

const steps = (target: number) => ({
  id: `steps-${target}`,
  title: `${target} steps`,
  requirement: { type: 'count' as const, category: 'step', target },
  reward: { points: target },
})

/** Governs before. */
export const before = parseCatalog({ milestones: [steps(3), steps(50)] })

/** Is applied: one more over the same metric, one of another, one that rests on points, one that is gone. */
export const after = parseCatalog({
  milestones: [
    steps(3),
    steps(5),
    { id: 'streak', title: 'Streak', requirement: { type: 'streak', category: 'step', every: 'day', target: 4 } },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 8 }, reward: { points: 1 } },
  ],
})

/** What a process of the test is to do. */
export type ApplyTask = { readonly url: string; readonly name: string }

/** What a process that records meanwhile is to do. */
export type StepTask = ApplyTask & { readonly userCount: number }
