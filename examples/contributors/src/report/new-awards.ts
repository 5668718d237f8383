import { left } from '../columns.js'
import { nameOf } from '../names.js'
import type { RecordedHistory } from '../record-history.js'
import type { Screen } from '../screen.js'
import { heading } from './heading.js'

/** Shows who has earned what since the run before; nothing in the first run, in which that is everything. */
export function newAwardLines(screen: Screen, history: RecordedHistory): readonly string[] {
  const { newCount, commitCount, lastAwards, names } = history
  if (newCount === commitCount || lastAwards.length === 0) return []
  const lines = lastAwards.map(({ userId, badge }) => {
    const reward = screen.paint(badge.rarity, `${badge.rarity}, +${badge.points} points`)
    return `${left(badge.icon ?? '', 2)} ${left(badge.name, 24)}  ${left(nameOf(names, userId), 24)}  ${reward}`
  })
  return [heading(screen, 'New since the last run'), ...lines, '']
}
