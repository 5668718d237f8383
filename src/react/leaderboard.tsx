'use client'
import { type ReactElement, type ReactNode, useState } from 'react'
import type { LeaderboardEntry } from '../service/read/leaderboard.js'
import { useMilepost } from './context.js'
import { useLeaderboard } from './hooks.js'
import type { LeaderboardOptions } from './places.js'
import { Shown } from './shown.js'

/** Properties of `Leaderboard`. */
export type LeaderboardProps = LeaderboardOptions & {
  /** The caption of the table. */
  readonly title: string
  /** Renders a user. Default: the id. */
  readonly nameOf?: (userId: string) => ReactNode
  /** The heading of what a `board` ranks by, such as `Kilometres`. Default: that of points. */
  readonly valueHead?: string
}

/** Shows the first places, and the user's own; of a board with seasons, which season it is. */
export function Leaderboard({ title, nameOf = id => id, valueHead, ...options }: LeaderboardProps): ReactElement {
  const { texts } = useMilepost()
  const query = useLeaderboard(options)
  return (
    <Shown
      query={query}
      className="mp-leaders"
      lines={5}
      isEmpty={it => it.entries.length === 0}
      empty={texts.noLeaders}
    >
      {({ entries, own, period }) => (
        <table>
          <caption>
            <p className="mp-title">{title}</p>
            {period?.name && (
              <p className="mp-small">
                <bdi>{period.name}</bdi>
              </p>
            )}
          </caption>
          <thead>
            <tr>
              {[texts.rank, texts.user, texts.levelHead, valueHead ?? texts.pointsHead].map(head => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <Places entries={entries} nameOf={nameOf} />
          {own.length > 0 && <Places entries={own} nameOf={nameOf} />}
        </table>
      )}
    </Shown>
  )
}

/** Properties of `Leaderboards`. Those of each board go before those that are common to all. */
export type LeaderboardsProps = Omit<LeaderboardProps, 'title'> & {
  /** What the user can choose from. The first is shown at the start. Each has a title of its own. */
  readonly boards: readonly LeaderboardProps[]
}

/** Shows one of several leaderboards, which the user chooses. */
export function Leaderboards({ boards, ...common }: LeaderboardsProps): ReactElement {
  const { texts } = useMilepost()
  const [chosen, choose] = useState('')
  const board = boards.find(({ title }) => title === chosen) ?? boards[0]!
  return (
    <div className="mp">
      <select
        className="mp-link"
        aria-label={texts.board}
        value={board.title}
        onChange={event => choose(event.target.value)}
      >
        {boards.map(({ title }) => (
          <option key={title}>{title}</option>
        ))}
      </select>
      <Leaderboard {...common} {...board} />
    </div>
  )
}

type PlacesProps = { readonly entries: readonly LeaderboardEntry[]; readonly nameOf: (userId: string) => ReactNode }

function Places({ entries, nameOf }: PlacesProps): ReactElement {
  const { texts, write, userId: me } = useMilepost()
  return (
    <tbody>
      {entries.map(({ rank, userId, level, points, value = points }) => (
        <tr key={userId} data-own={userId === me}>
          <td>{write(rank)}</td>
          <th scope="row">
            <bdi>{nameOf(userId)}</bdi> {userId === me && <span className="mp-you">{texts.you}</span>}
          </th>
          <td>{write(level)}</td>
          <td>{write(value)}</td>
        </tr>
      ))}
    </tbody>
  )
}
