import { createContext, useContext } from 'react'
import type { Learner } from '../server/learners.js'
import { type Loaded, useLoaded } from './load.js'
import { milepost, type Progress } from './milepost.js'

const LearnerContext = createContext<Learner | null>(null)

/** Hands the learner who is signed in to every page. */
export const LearnerProvider = LearnerContext.Provider

/** Tells who is signed in. */
export function useLearner(): Learner | null {
  return useContext(LearnerContext)
}

/** Reads where the learner stands; nothing where nobody is signed in. */
export function useProgress(): Loaded<Progress | null> {
  const learner = useLearner()
  return useLoaded(`progress ${learner?.userId}`, async () => (learner ? milepost.progress(learner.userId) : null))
}
