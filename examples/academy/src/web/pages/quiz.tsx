import { type FormEvent, type ReactNode, useState } from 'react'
import type { QuizOutcome } from '../../server/learning.js'
import { api, type OpenCourse } from '../api.js'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { useAct } from '../parts/act.js'
import { Code, Inline } from '../parts/blocks.js'
import { Refused } from '../parts/locked.js'
import { Option } from '../parts/option.js'
import { SignIn } from '../parts/sign-in.js'
import { Failure, States } from '../parts/states.js'
import { Link, useTitle } from '../router.js'
import { Contents } from './course.js'

/** The quiz of a course. The answers are known to the server alone. */
export function QuizPage({ params: [courseId = ''] }: { readonly params: readonly string[] }): ReactNode {
  const learner = useLearner()
  const course = useLoaded(`course ${courseId} ${learner?.userId}`, () => api.course(courseId))
  useTitle(course.value ? `Quiz: ${course.value.card.title}` : '')
  if (course.error && !course.value)
    return <Refused error={course.error} badge="ready-for-more" retry={course.reload} />
  return (
    <div className="page course">
      <States of={course} rows={8}>
        {value => (
          <>
            <Contents card={value.card} />
            <article>
              <p className="faint">{value.card.title}</p>
              <h1>Quiz</h1>
              {learner ? <Attempt course={value} /> : <SignIn />}
            </article>
          </>
        )}
      </States>
    </div>
  )
}

function Attempt({ course: { card, questions } }: { readonly course: OpenCourse }): ReactNode {
  const [answers, setAnswers] = useState<readonly (number | undefined)[]>(() => questions.map(() => undefined))
  const [attemptId, setAttemptId] = useState(() => crypto.randomUUID())
  const [outcome, setOutcome] = useState<QuizOutcome>()
  const hand = useAct(async () => {
    setOutcome(await api.takeQuiz(card.id, { attemptId, answers: answers.map(answer => answer ?? -1) }))
    scrollTo(0, 0)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void hand.run()
  }
  const again = (): void => {
    setOutcome(undefined)
    setAttemptId(crypto.randomUUID())
    scrollTo(0, 0)
  }
  const unread = card.steps.find(({ isDone }) => !isDone)
  if (unread) {
    return (
      <p className="lead">
        The quiz opens once you have read all pages. Next:{' '}
        <Link to={`/courses/${card.id}/${unread.id}`}>{unread.title}</Link>
      </p>
    )
  }
  return (
    <form onSubmit={submit}>
      {outcome ? (
        <Result outcome={outcome} courseId={card.id} />
      ) : (
        <p className="lead">Five questions; three right answers pass.</p>
      )}
      {questions.map((question, i) => (
        <fieldset key={question.text} className="question" disabled={outcome !== undefined}>
          <legend>
            <span className="faint">{i + 1}</span> <Inline text={question.text} />
          </legend>
          {question.code && <Code code={question.code} />}
          {question.options.map((option, place) => (
            <Option
              key={option}
              name={`question-${i}`}
              text={option}
              isChosen={answers[i] === place}
              isRight={outcome && answers[i] === place ? outcome.answers[i]!.isRight : undefined}
              onChoose={() => setAnswers(before => before.map((answer, at) => (at === i ? place : answer)))}
            />
          ))}
          {outcome && (
            <p className="why">
              <Inline text={outcome.answers[i]!.why ?? 'Not quite. Read on and try again.'} />
            </p>
          )}
        </fieldset>
      ))}
      {hand.error && <Failure error={hand.error} />}
      {/* With keys they are two buttons. As one, which turns into “Hand in” while it is pressed, it would hand in at once. */}
      {outcome ? (
        <button key="again" type="button" className="quiet" onClick={again}>
          Try again
        </button>
      ) : (
        <button key="hand-in" type="submit" className="primary" disabled={hand.isBusy}>
          Hand in
        </button>
      )}
    </form>
  )
}

function Result({
  outcome: { score, isPassed, answers },
  courseId,
}: {
  readonly outcome: QuizOutcome
  readonly courseId: string
}): ReactNode {
  const rightCount = answers.filter(({ isRight }) => isRight).length
  return (
    <div className="result" data-passed={isPassed} role="status">
      <strong className="result-score">{score} %</strong>
      <p>
        {rightCount} of {answers.length} right.{' '}
        {isPassed ? 'Passed: the course is finished.' : 'Three are needed to pass.'}
        {!isPassed && rightCount > 0 && ' What you answered right is explained below.'}
      </p>
      {isPassed ? <Link to="/">Back to the courses</Link> : <Link to={`/courses/${courseId}/`}>Read once more</Link>}
    </div>
  )
}
