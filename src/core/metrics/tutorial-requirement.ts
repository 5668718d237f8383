import { assertNever } from '../values/errors.js'
import type { CountRequirement } from './kinds/count.js'
import type { TutorialRequirement } from './requirement.js'

/** The category that each shorthand reads. */
export type TutorialCategories = {
  readonly tutorial: string
  /** Steps. `metadata.quizScore` counts for `quiz_perfect`. */
  readonly tutorialStep: string
  /** Quiz attempts. `metadata.quizScore` counts for `quiz_perfect`. */
  readonly quiz: string
  readonly workflow: string
  readonly action: string
}

export const defaultTutorialCategories: TutorialCategories = {
  tutorial: 'tutorial',
  tutorialStep: 'tutorial_step',
  quiz: 'quiz',
  workflow: 'workflow',
  action: 'action',
}

/** Expands a shorthand to its `count`. `quiz_perfect` needs a score of 100 if none is given. */
export function expandTutorialRequirement(
  requirement: TutorialRequirement,
  categories: TutorialCategories,
): CountRequirement {
  switch (requirement.type) {
    case 'tutorials_completed':
      return requirement.tutorialIds
        ? itemsOf(categories.tutorial, requirement.tutorialIds)
        : countOf(categories.tutorial, requirement.count)
    case 'steps_completed':
      return countOf(categories.tutorialStep, requirement.count)
    case 'quiz_perfect':
      return {
        type: 'count',
        category: [categories.tutorialStep, categories.quiz],
        where: { quizScore: { gte: requirement.minScore ?? 100 } },
        target: 1,
      }
    case 'workflows_completed':
      return requirement.workflowIds
        ? itemsOf(categories.workflow, requirement.workflowIds)
        : countOf(categories.workflow, requirement.count)
    case 'actions_completed':
      return countOf(categories.action, requirement.count)
    default:
      return assertNever(requirement)
  }
}

function countOf(category: string, target: number): CountRequirement {
  return { type: 'count', category, target }
}

function itemsOf(category: string, items: readonly string[]): CountRequirement {
  return { type: 'count', category, items }
}
