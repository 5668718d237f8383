import { isMetricRequirement } from './kinds.js'
import type { ExpandedRequirement, Requirement } from './requirement.js'
import { expandTutorialRequirement, type TutorialCategories } from './tutorial-requirement.js'

/** Replaces tutorial shorthands in a requirement, at any depth, with the requirements they mean. */
export function expandRequirement(requirement: Requirement, categories: TutorialCategories): ExpandedRequirement {
  if (isMetricRequirement(requirement)) return requirement
  switch (requirement.type) {
    case 'points':
    case 'level':
    case 'milestones':
      return requirement
    case 'all':
    case 'any':
      return { type: requirement.type, of: requirement.of.map(part => expandRequirement(part, categories)) }
    case 'some': {
      const of = requirement.of.map(part => expandRequirement(part, categories))
      return { type: 'some', of, target: requirement.target }
    }
    default:
      return expandTutorialRequirement(requirement, categories)
  }
}
