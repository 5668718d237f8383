import { Checklist } from 'milepost/react'
import type { ReactNode } from 'react'
import { useLearner } from '../learner.js'
import { SignIn } from '../parts/sign-in.js'
import { useTitle } from '../router.js'

/** What to begin with, and where it is done. */
const places: Readonly<Record<string, string>> = {
  'first-step': '/courses/first-types',
  keeper: '/courses/first-types',
  'first-quiz': '/courses/first-types/quiz',
  'first-course': '/courses/first-types',
  'warm-up': '/daily',
  strict: '/projects/strict-project',
}

/** The first things to do, ticked off by what was done. */
export function ChecklistPage(): ReactNode {
  const learner = useLearner()
  useTitle('Checklist')
  return (
    <div className="page narrow">
      <h1>Getting started</h1>
      {learner ? (
        <div className="panel">
          <Checklist
            title="Six badges to begin with"
            headingLevel={2}
            badgeIds={Object.keys(places)}
            hrefOf={id => places[id] ?? '/'}
          />
        </div>
      ) : (
        <>
          <p className="lead">Six things to do first. Sign in, and they are ticked off as you go.</p>
          <SignIn />
        </>
      )}
    </div>
  )
}
