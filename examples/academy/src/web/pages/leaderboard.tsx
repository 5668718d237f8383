import { Leaderboard, useLeaderboard } from 'milepost/react'
import { type ReactNode, useRef, useState } from 'react'
import { api } from '../api.js'
import { useFresh } from '../fresh.js'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { SignIn } from '../parts/sign-in.js'
import { useTitle } from '../router.js'

type Period = 'all' | 'week' | 'month'

const periods: readonly (readonly [Period, string])[] = [
  ['week', 'This week'],
  ['month', 'This month'],
  ['all', 'All time'],
]

/** Who is ahead, and the learner's own place among those around. */
export function LeaderboardPage(): ReactNode {
  const learner = useLearner()
  const [period, setPeriod] = useState<Period>('all')
  useTitle('Leaderboard')
  return (
    <div className="page narrow">
      <h1>Leaderboard</h1>
      {learner ? (
        <>
          <fieldset className="segments">
            <legend className="for-readers">Which points count</legend>
            {periods.map(([value, words]) => (
              <button key={value} type="button" aria-pressed={value === period} onClick={() => setPeriod(value)}>
                {words}
              </button>
            ))}
          </fieldset>
          <Board key={period} period={period} />
        </>
      ) : (
        <>
          <p className="lead">See who is ahead, and where you are. All but you are simulated.</p>
          <SignIn />
        </>
      )}
    </div>
  )
}

function Board({ period }: { readonly period: Period }): ReactNode {
  const options = period === 'all' ? {} : { period }
  const board = useLeaderboard(options)
  useFresh(board)
  const ids = [...(board.data?.entries ?? []), ...(board.data?.own ?? [])].map(({ userId }) => userId)
  const names = useLoaded(`names ${ids.join()}`, () => api.names(ids))
  // Names stay while those of a new order are read.
  const known = useRef<NonNullable<typeof names.value>>({})
  known.current = { ...known.current, ...names.value }
  const nameOf = (userId: string): ReactNode => {
    const named = known.current[userId]
    return (
      <>
        <span className="board-name">{named?.name ?? '…'}</span>{' '}
        {named?.isSimulated && <span className="tag faint">simulated</span>}
      </>
    )
  }
  return (
    <div className="panel" aria-busy={!names.value && !names.error}>
      <Leaderboard title={periods.find(([value]) => value === period)![1]} nameOf={nameOf} {...options} />
    </div>
  )
}
