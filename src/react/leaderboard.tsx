'use client'
import type { ReactElement, ReactNode } from 'react'
import type { LeaderboardEntry } from '../service/read/leaderboard.js'
import { useMilepost } from './context.js'
import { useLeaderboard } from './hooks.js'
import type { LeaderboardOptions } from './places.js'
import { Shown } from './shown.js'
import { numberText } from './written.js'

/** Properties of `Leaderboard`. */
export type LeaderboardProps = LeaderboardOptions & {
  /** The caption of the table. */
  readonly title: string
  /** Renders a user. Default: the id. */
  readonly nameOf?: (userId: string) => ReactNode
  /** The heading of what a `board` ranks by, such as `Kilometres`. Default: that of points. */
  readonly valueHead?: string
}

/** Shows the first places, and the user's own. */
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
      {({ entries, own }) => (
        <table>
          <caption className="mp-title">{title}</caption>
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

type PlacesProps = { readonly entries: readonly LeaderboardEntry[]; readonly nameOf: (userId: string) => ReactNode }

function Places({ entries, nameOf }: PlacesProps): ReactElement {
  const { texts, locale, userId: me } = useMilepost()
  return (
    <tbody>
      {entries.map(({ rank, userId, level, points, value = points }) => (
        <tr key={userId} data-own={userId === me}>
          <td>{numberText(rank, locale)}</td>
          <th scope="row">
            <bdi>{nameOf(userId)}</bdi> {userId === me && <span className="mp-you">{texts.you}</span>}
          </th>
          <td>{numberText(level, locale)}</td>
          <td>{numberText(value, locale)}</td>
        </tr>
      ))}
    </tbody>
  )
}
