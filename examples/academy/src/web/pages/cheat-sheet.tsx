import type { ReactNode } from 'react'
import { ApiError, api } from '../api.js'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { milepost } from '../milepost.js'
import { Refused } from '../parts/locked.js'
import { States } from '../parts/states.js'
import { useTitle } from '../router.js'

/** What fits on one page; the server gives it to those alone who finished a course. */
export function CheatSheetPage(): ReactNode {
  const learner = useLearner()
  const sheet = useLoaded(`cheat-sheet ${learner?.userId}`, async () => {
    const unlocks = learner ? await milepost.getUserUnlocks(learner.userId) : []
    if (!unlocks.includes('cheat-sheet'))
      throw new ApiError('CHEAT_SHEET_LOCKED', 'The cheat sheet opens with the badge “First course”.')
    return api.cheatSheet()
  })
  useTitle('Cheat sheet')
  if (sheet.error && !sheet.value) return <Refused error={sheet.error} badge="first-course" retry={sheet.reload} />
  return (
    <div className="page">
      <h1>Cheat sheet</h1>
      <States of={sheet} rows={8}>
        {({ sections }) => (
          <div className="sheet">
            {sections.map(({ title, rows }) => (
              <section key={title} aria-label={title}>
                <h2>{title}</h2>
                <dl>
                  {rows.map(([code, words]) => (
                    <div key={code}>
                      <dt>
                        <code>{code}</code>
                      </dt>
                      <dd>{words}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        )}
      </States>
    </div>
  )
}
