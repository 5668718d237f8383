'use client'
import type { ReactElement } from 'react'
import { useMilepost } from './context.js'
import { useMilestones } from './hooks.js'
import type { MilestoneView } from './milestone-view.js'
import { Bar, Heading, type HeadingLevel, Tick } from './pieces.js'
import { Shown } from './shown.js'

/** Properties of `Checklist`. */
export type ChecklistProps = {
  /** The heading above the steps. */
  readonly title: string
  /** In the order in which they are to be done. */
  readonly badgeIds: readonly string[]
  /** Where each step is done. */
  readonly hrefOf?: (badgeId: string) => string
  /** Which heading the title is, such as 2 for `<h2>`. Default: 3. */
  readonly headingLevel?: HeadingLevel
}

/** Shows milestones as first steps to tick off. */
export function Checklist(props: ChecklistProps): ReactElement {
  const { texts } = useMilepost()
  const query = useMilestones()
  const { badgeIds } = props
  const data = query.data && badgeIds.flatMap(id => query.data?.find(view => view?.id === id) ?? [])
  return (
    <Shown query={{ ...query, data }} className="mp-checklist" lines={badgeIds.length + 2} empty={texts.noMilestone}>
      {views => <Steps {...props} views={views} />}
    </Shown>
  )
}

type StepsProps = ChecklistProps & { readonly views: readonly MilestoneView[] }

function Steps({ title, hrefOf, headingLevel, views }: StepsProps): ReactElement {
  const { texts, write } = useMilepost()
  const done = views.filter(({ progress }) => progress.isEarned).length
  const counts = texts.done(write(done), write(views.length))
  const text = done === views.length ? texts.allDone : counts
  return (
    <>
      <Heading level={headingLevel}>{title}</Heading>
      <Bar ratio={done / views.length} label={title} text={text} />
      <p className="mp-small">{text}</p>
      <ol className="mp-steps">
        {views.map(({ id, title, progress: { isEarned } }) => {
          const name = <bdi>{title}</bdi>
          return (
            <li key={id} data-done={isEarned}>
              <Tick isDone={isEarned} />
              {hrefOf && !isEarned ? (
                <a className="mp-link" href={hrefOf(id)}>
                  {name}
                </a>
              ) : (
                name
              )}
            </li>
          )
        })}
      </ol>
    </>
  )
}
