import { type Milestones, steps } from './milestones.js'

/** Returns which steps a user has done, and whether to show the checklist at all. */
export async function onboardingOf(milestones: Milestones, userId: string) {
  const { completedMilestones } = await milestones.getUserProgress(userId)
  const done = steps.filter(step => completedMilestones.includes(step))
  return { done, isOpen: done.length < steps.length }
}

/** Throws unless the user has finished the checklist. */
export async function requireCustomDomain(milestones: Milestones, userId: string): Promise<void> {
  if (!(await milestones.hasUnlock(userId, 'custom-domain'))) throw new Error('Finish the first steps to use a domain.')
}
