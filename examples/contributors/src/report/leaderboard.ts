import type { LeaderboardEntry } from 'milepost'
import { left, right } from '../columns.js'
import { figure } from '../figures.js'
import { type Names, nameOf } from '../names.js'
import type { Screen } from '../screen.js'
import { heading } from './heading.js'

export type Leaderboard = {
  readonly entries: readonly LeaderboardEntry[]
  readonly names: Names
  readonly levelNames: readonly string[]
}

const levelWidth = 16
const otherWidth = 5 + 2 + levelWidth + 8 + 8

/** Shows who stands where. */
export function leaderboardLines(screen: Screen, { entries, names, levelNames }: Leaderboard): readonly string[] {
  const { paint, width } = screen
  const nameWidth = width - otherWidth
  const row = ({ rank, userId, level, points, badgeCount }: LeaderboardEntry): string => {
    const name = left(nameOf(names, userId), nameWidth)
    const levelText = left(`${level} ${levelNames[level - 1] ?? ''}`, levelWidth)
    const place = right(figure(rank), 3)
    return `${paint('quiet', place)}  ${rank === 1 ? paint('strong', name) : name}  ${levelText}${right(figure(points), 8)}${right(figure(badgeCount), 8)}`
  }
  const titles = `     ${left('Person', nameWidth)}  ${left('Level', levelWidth)}${right('Points', 8)}${right('Badges', 8)}`
  return [heading(screen, 'Leaderboard'), paint('quiet', titles), ...entries.map(row)]
}
