import type { ReactNode } from 'react'
import { ApiError } from '../api.js'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { milepost } from '../milepost.js'
import { Meter } from './meter.js'
import { SignIn } from './sign-in.js'
import { Failure } from './states.js'
import { Icon } from './stone.js'

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
      {learner ? <Way userId={learner.userId} badge={badge} /> : <SignIn />}
    </section>
  )
}

function Way({ userId, badge }: { readonly userId: string; readonly badge: RefusedProps['badge'] }): ReactNode {
  const { value } = useLoaded(`way ${userId} ${badge}`, async () => ({
    progress: await milepost.progress(userId),
    next: await milepost.next(userId, { limit: 100 }),
  }))
  const found = value?.progress.milestones.find(milestone => !milestone.isHidden && milestone.id === badge)
  if (!found || found.isHidden) return null
  return (
    <div className="way">
      <Meter label="How far you are" value={found.current} most={found.target} />
      <p>
        {found.current} of {found.target} done. {value?.next.find(({ id }) => id === badge)?.text}
      </p>
    </div>
  )
}
