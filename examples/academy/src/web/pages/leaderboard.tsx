import { type ReactNode, useState } from 'react'
import type { Named } from '../../server/learners.js'
import { api } from '../api.js'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { milepost } from '../milepost.js'
import { figure } from '../parts/figures.js'
import { SignIn } from '../parts/sign-in.js'
import { States } from '../parts/states.js'
import { useTitle } from '../router.js'

type Entry = Awaited<ReturnType<typeof milepost.leaderboard>>['entries'][number]
type Period = 'all' | 'week' | 'month'

const periods: readonly (readonly [Period, string])[] = [
  ['week', 'This week'],
  ['month', 'This month'],
  ['all', 'All time'],
]

/** Who is ahead, and the learner's own place among those around. */
export function LeaderboardPage(): ReactNode {
  const learner = useLearner()
  useTitle('Leaderboard')
  return (
    <div className="page narrow">
      <h1>Leaderboard</h1>
      {learner ? (
        <Board userId={learner.userId} />
      ) : (
        <>
          <p className="lead">See who is ahead, and where you are. All but you are simulated.</p>
          <SignIn />
        </>
      )}
    </div>
  )
}

function Board({ userId }: { readonly userId: string }): ReactNode {
  const [period, setPeriod] = useState<Period>('all')
  const loaded = useLoaded(`board ${period} ${userId}`, () => readBoard(userId, period))
  return (
    <>
      <fieldset className="segments">
        <legend className="for-readers">Which points count</legend>
        {periods.map(([value, words]) => (
          <button key={value} type="button" aria-pressed={value === period} onClick={() => setPeriod(value)}>
            {words}
          </button>
        ))}
      </fieldset>
      <States of={loaded} rows={12}>
        {board => (
          <>
            <Table caption="The first ten" entries={board.top} {...board} userId={userId} />
            {board.around.length > 0 && (
              <Table caption="Around you" entries={board.around} {...board} userId={userId} />
            )}
            {!board.isRanked && <p className="faint">You stand here once you have your first points.</p>}
          </>
        )}
      </States>
    </>
  )
}

async function readBoard(userId: string, period: Period) {
  const query = period === 'all' ? {} : { period }
  const [first, near] = await Promise.all([
    milepost.leaderboard({ ...query, limit: 10 }),
    milepost.leaderboard({ ...query, limit: 7, around: userId }),
  ])
  const isRanked = near.entries.some(entry => entry.userId === userId)
  const isOnTop = first.entries.some(entry => entry.userId === userId)
  const around = isRanked && !isOnTop ? near.entries : []
  const names = await api.names([...new Set([...first.entries, ...around].map(entry => entry.userId))])
  return { top: first.entries, around, names, isRanked }
}

type TableProps = {
  readonly caption: string
  readonly entries: readonly Entry[]
  readonly names: Readonly<Record<string, Named>>
  readonly userId: string
}

function Table({ caption, entries, names, userId }: TableProps): ReactNode {
  if (entries.length === 0)
    return <p className="faint">Nobody has points here yet. Read a page, and you are the first.</p>
  return (
    <table className="board">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col" className="figure">
            Place
          </th>
          <th scope="col">Learner</th>
          <th scope="col">Level</th>
          <th scope="col" className="figure">
            Badges
          </th>
          <th scope="col" className="figure">
            Points
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map(entry => (
          <tr key={entry.userId} data-own={entry.userId === userId || undefined}>
            <td className="figure">{figure(entry.rank)}</td>
            <th scope="row">
              <span className="board-name">{names[entry.userId]?.name ?? 'Somebody'}</span>
              {entry.userId === userId ? (
                <span className="tag">You</span>
              ) : (
                names[entry.userId]?.isSimulated && <span className="tag faint">simulated</span>
              )}
            </th>
            <td>{entry.levelName}</td>
            <td className="figure">{figure(entry.badgeCount)}</td>
            <td className="figure">{figure(entry.points)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
