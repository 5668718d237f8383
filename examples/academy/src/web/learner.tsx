import { createContext, useContext } from 'react'
import type { Learner } from '../server/learners.js'

const LearnerContext = createContext<Learner | null>(null)

/** Hands the learner who is signed in to every page. */
export const LearnerProvider = LearnerContext.Provider

/** Tells who is signed in. */
export function useLearner(): Learner | null {
  return useContext(LearnerContext)
}
