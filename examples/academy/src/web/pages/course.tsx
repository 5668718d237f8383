import { type ReactNode, useEffect, useRef } from 'react'
import type { CourseCard } from '../../server/overview.js'
import { api, type OpenCourse } from '../api.js'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { useAct } from '../parts/act.js'
import { Blocks } from '../parts/blocks.js'
import { Icon } from '../parts/icon.js'
import { Refused } from '../parts/locked.js'
import { SignIn } from '../parts/sign-in.js'
import { Failure, States } from '../parts/states.js'
import { go, Link, useTitle } from '../router.js'

/** One page of a course, with the way through the course beside it. */
export function CoursePage({ params: [courseId = '', stepId] }: { readonly params: readonly string[] }): ReactNode {
  const learner = useLearner()
  const course = useLoaded(`course ${courseId} ${learner?.userId}`, () => api.course(courseId))
  useTitle(course.value?.card.title ?? '')
  if (course.error && !course.value)
    return <Refused error={course.error} badge="ready-for-more" retry={course.reload} />
  return (
    <div className="page course">
      <States of={course} rows={8}>
        {value => <Reading course={value} place={placeOf(value.card, stepId)} />}
      </States>
    </div>
  )
}

function placeOf({ steps }: CourseCard, stepId: string | undefined): number {
  const asked = steps.findIndex(({ id }) => id === stepId)
  if (asked >= 0) return asked
  const unread = steps.findIndex(({ isDone }) => !isDone)
  return Math.max(0, unread)
}

function Reading({
  course: { card, pages },
  place,
}: {
  readonly course: OpenCourse
  readonly place: number
}): ReactNode {
  const step = card.steps[place]!
  const page = pages.find(({ id }) => id === step.id)!
  return (
    <>
      <Contents card={card} stepId={step.id} />
      <article>
        <p className="faint">
          {card.title}, page {place + 1} of {card.steps.length}
        </p>
        <h1>{step.title}</h1>
        <Blocks blocks={page.blocks} />
        <Onward card={card} place={place} />
      </article>
    </>
  )
}

const nearest = { block: 'nearest', inline: 'center' } as const

/** Lists the pages of a course and its quiz. */
export function Contents({ card, stepId }: { readonly card: CourseCard; readonly stepId?: string }): ReactNode {
  const nav = useRef<HTMLElement>(null)
  // On narrow pages the contents are one row that scrolls: where one is must be seen.
  useEffect(() => {
    nav.current?.querySelector(`[href$="/${stepId ?? 'quiz'}"]`)?.scrollIntoView(nearest)
  }, [stepId])
  return (
    <nav ref={nav} className="contents" aria-label="Pages of this course">
      <p className="contents-title">
        <Icon name={card.icon} /> {card.title}
      </p>
      <ol>
        {card.steps.map(({ id, title, isDone, isSaved }) => (
          <li key={id} data-done={isDone || undefined}>
            <Link
              to={`/courses/${card.id}/${id}`}
              className="contents-link"
              aria-current={id === stepId ? 'page' : undefined}
            >
              {title}
              {isDone && <span className="for-readers"> (read)</span>}
            </Link>
            {isSaved && (
              <span className="saved-mark" title="Saved for later">
                <Icon name="/icons/bookmark.svg" />
                <span className="for-readers">Saved for later</span>
              </span>
            )}
          </li>
        ))}
        <li data-done={card.isFinished || undefined}>
          <Link to={`/courses/${card.id}/quiz`} className="contents-link">
            Quiz{card.quizScore === null ? '' : `, ${card.quizScore} %`}
          </Link>
        </li>
      </ol>
    </nav>
  )
}

function Onward({ card, place }: { readonly card: CourseCard; readonly place: number }): ReactNode {
  const learner = useLearner()
  const step = card.steps[place]!
  const next = card.steps[place + 1]
  const ahead = next ? `/courses/${card.id}/${next.id}` : `/courses/${card.id}/quiz`
  const finish = useAct(async () => {
    if (!step.isDone) await api.finishStep(card.id, step.id)
    go(ahead)
  })
  const save = useAct(() => api.save(card.id, step.id, !step.isSaved))
  const error = finish.error ?? save.error
  if (!learner) {
    return (
      <div className="onward-out">
        <p>Sign in to keep what you read, and to go on.</p>
        <SignIn />
      </div>
    )
  }
  return (
    <div className="onward">
      <button type="button" className="primary" disabled={finish.isBusy} onClick={() => finish.run()}>
        {step.isDone ? (next ? 'Next page' : 'To the quiz') : next ? 'Read, next page' : 'Read, to the quiz'}
      </button>
      <button
        type="button"
        className="quiet"
        aria-pressed={step.isSaved}
        disabled={save.isBusy}
        onClick={() => save.run()}
      >
        <Icon name="/icons/bookmark.svg" /> {step.isSaved ? 'Saved for later' : 'Save for later'}
      </button>
      {error && <Failure error={error} />}
    </div>
  )
}
