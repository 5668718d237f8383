import { MilestoneCard } from 'milepost/react'
import type { ReactNode } from 'react'
import { ApiError } from '../api.js'
import { useLearner } from '../learner.js'
import { Icon } from './icon.js'
import { SignIn } from './sign-in.js'
import { Failure } from './states.js'

type RefusedProps = {
  readonly error: Error
  readonly badge: 'ready-for-more' | 'first-course'
  readonly retry: () => void
}

/** Says why something does not open, and what opens it. */
export function Refused({ error, badge, retry }: RefusedProps): ReactNode {
  const learner = useLearner()
  const isLocked = error instanceof ApiError && error.code.endsWith('_LOCKED')
  const isSignedOut = error instanceof ApiError && error.code === 'SIGNED_OUT'
  if (!isLocked && !isSignedOut) return <Failure error={error} retry={retry} />
  return (
    <section className="page narrow locked">
      <span className="card-icon">
        <Icon name="/icons/lock.svg" />
      </span>
      <h1>{isLocked ? 'Not open yet' : 'Sign in first'}</h1>
      <p className="lead">{error.message}</p>
      {learner ? <MilestoneCard badgeId={badge} headingLevel={2} /> : <SignIn />}
    </section>
  )
}
