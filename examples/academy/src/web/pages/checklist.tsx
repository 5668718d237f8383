import type { ReactNode } from 'react'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { milepost } from '../milepost.js'
import { Meter } from '../parts/meter.js'
import { SignIn } from '../parts/sign-in.js'
import { States } from '../parts/states.js'
import { Stone } from '../parts/stone.js'
import { Link, useTitle } from '../router.js'

/** What to begin with, and where it is done. */
const items: readonly (readonly [id: string, to: string])[] = [
  ['first-step', '/courses/first-types'],
  ['keeper', '/courses/first-types'],
  ['first-quiz', '/courses/first-types/quiz'],
  ['first-course', '/courses/first-types'],
  ['warm-up', '/daily'],
  ['strict', '/projects/strict-project'],
]

/** The first things to do, ticked off by what was done. */
export function ChecklistPage(): ReactNode {
  const learner = useLearner()
  useTitle('Checklist')
  return (
    <div className="page narrow">
      <h1>Getting started</h1>
      {learner ? (
        <Items userId={learner.userId} />
      ) : (
        <>
          <p className="lead">Six things to do first. Sign in, and they are ticked off as you go.</p>
          <SignIn />
        </>
      )}
    </div>
  )
}

function Items({ userId }: { readonly userId: string }): ReactNode {
  const loaded = useLoaded(`checklist ${userId}`, async () => {
    const [{ milestones }, progress] = await Promise.all([
      milepost.milestones({ limit: 100 }),
      milepost.progress(userId),
    ])
    return items.flatMap(([id, to]) => {
      const listed = milestones.find(milestone => !milestone.isHidden && milestone.id === id)
      if (!listed || listed.isHidden) return []
      return [{ id, to, listed, isDone: progress.completedMilestones.some(held => held === id) }]
    })
  })
  return (
    <States of={loaded} rows={6}>
      {rows => {
        const doneCount = rows.filter(({ isDone }) => isDone).length
        return (
          <>
            <p className="lead">
              {doneCount === rows.length
                ? 'All done. The rest is up to you.'
                : `You have done ${doneCount} of ${rows.length}.`}
            </p>
            <Meter label="Things done" value={doneCount} most={rows.length} />
            <ul className="checklist">
              {rows.map(({ id, to, listed, isDone }) => (
                <li key={id} data-done={isDone || undefined}>
                  <Stone icon={listed.icon} rarity={listed.rarity} state={isDone ? 'earned' : 'open'} size={48} />
                  <div>
                    <h2>
                      <Link to={to}>{listed.title}</Link>
                      {isDone && <span className="for-readers"> (done)</span>}
                    </h2>
                    <p>{listed.description}</p>
                  </div>
                  <span className="checklist-points">{isDone ? 'Done' : `+${listed.reward.points}`}</span>
                </li>
              ))}
            </ul>
          </>
        )
      }}
    </States>
  )
}
