import { Streak } from 'milepost/react'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { DailyQuestion } from '../../server/learning.js'
import { ApiError, api } from '../api.js'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { useAct } from '../parts/act.js'
import { Inline } from '../parts/blocks.js'
import { day } from '../parts/figures.js'
import { Refused } from '../parts/locked.js'
import { Option } from '../parts/option.js'
import { Failure, States } from '../parts/states.js'
import { useTitle } from '../router.js'
import { streakId } from '../streak-id.js'

/** One question a day; the first answer stands. */
export function DailyPage(): ReactNode {
  const learner = useLearner()
  const daily = useLoaded(`daily ${learner?.userId}`, async () => {
    if (!learner) throw new ApiError('SIGNED_OUT', 'The question of the day is asked of learners.')
    return api.daily()
  })
  useTitle('Question of the day')
  if (daily.error && !daily.value) return <Refused error={daily.error} badge="first-course" retry={daily.reload} />
  return (
    <div className="page narrow">
      <h1>Question of the day</h1>
      {learner && <Streak badgeId={streakId} />}
      <States of={daily} rows={4}>
        {value => <Today key={value.day} daily={value} />}
      </States>
    </div>
  )
}

type Judged = { readonly place: number; readonly option: number | undefined }

// The right answer is shown in any case, and the one that was chosen where it was another.
function judged({ answer }: { readonly answer: number }, { place, option }: Judged): boolean | undefined {
  if (place === answer) return true
  return place === option ? false : undefined
}

function Today({ daily }: { readonly daily: DailyQuestion }): ReactNode {
  const [option, setOption] = useState<number>()
  const hand = useAct(() => api.answerDaily(option!))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void hand.run()
  }
  const { outcome } = daily
  return (
    <form onSubmit={submit}>
      <p className="faint">{day(`${daily.day}T12:00:00`)}</p>
      <fieldset className="question" disabled={outcome !== null}>
        <legend>
          <Inline text={daily.text} />
        </legend>
        {daily.options.map((text, place) => (
          <Option
            key={text}
            name="answer"
            text={text}
            isChosen={option === place}
            isRight={outcome ? judged(outcome, { place, option }) : undefined}
            onChoose={() => setOption(place)}
          />
        ))}
      </fieldset>
      {hand.error && <Failure error={hand.error} />}
      {outcome ? (
        <div className="result" data-passed={outcome.isRight} role="status">
          <strong>{outcome.isRight ? 'Right' : 'Not this time'}</strong>
          <p>
            <Inline text={outcome.why} /> The next question comes tomorrow.
          </p>
        </div>
      ) : (
        <button type="submit" className="primary" disabled={hand.isBusy}>
          Answer
        </button>
      )}
    </form>
  )
}
