import type { Badge, Milestone, ShownProgress } from 'milepost'
import { bar } from '../bar.js'
import { cut, left, right } from '../columns.js'
import { counted, day, figure, percentage } from '../figures.js'
import type { Screen } from '../screen.js'
import type { Card } from '../standings.js'
import { heading } from './heading.js'

export type CardView = {
  readonly card: Card
  readonly name: string
  readonly milestones: readonly Milestone[]
  readonly levelNames: readonly string[]
  readonly holderCounts: ReadonlyMap<string, number>
  readonly personCount: number
}

const shownNextCount = 5

/** Shows one person: level, badges, and what is nearest. */
export function cardLines(screen: Screen, view: CardView): readonly string[] {
  const { entry, progress } = view.card
  const { earnedBadges, milestones } = progress
  const place = `${figure(entry.rank)} of ${figure(view.personCount)}`
  return [
    heading(screen, view.name, `No. ${place}`),
    levelLine(screen, view),
    '',
    screen.paint('quiet', `${earnedBadges.length} of ${counted(milestones.length, 'badge')}`),
    ...inOrder(earnedBadges, view.milestones).map(badge => badgeLine(screen, view, badge)),
    ...nextLines(screen, view),
  ]
}

function levelLine(screen: Screen, { card: { progress }, levelNames }: CardView): string {
  const { level, levelName, totalPoints, nextLevelPoints } = progress
  const place = `${screen.paint('strong', `Level ${level}`)}${levelName === null ? '' : `, ${levelName}`}`
  if (nextLevelPoints === null) return `${place}, the highest: ${counted(totalPoints, 'point')}`
  const nextName = levelNames[level] ?? `level ${level + 1}`
  const missing = `${figure(totalPoints)} points, ${figure(nextLevelPoints - totalPoints)} to ${nextName}`
  return `${place}  ${bar(screen, totalPoints / nextLevelPoints, 20)}  ${missing}`
}

/** By date; what one commit brought, in the order of the catalog. */
function inOrder(badges: readonly Badge[], milestones: readonly Milestone[]): readonly Badge[] {
  const places = new Map(milestones.map(({ id }, place) => [id, place]))
  const placeOf = ({ id }: Badge) => places.get(id) ?? milestones.length
  return badges.toSorted((a, b) => a.earnedAt.getTime() - b.earnedAt.getTime() || placeOf(a) - placeOf(b))
}

const rarityWidth = 9
const dateWidth = 11
const badgeRest = 3 + 2 + rarityWidth + 5 + 2 + 15 + 2 + dateWidth

function badgeLine(screen: Screen, { holderCounts, personCount }: CardView, badge: Badge): string {
  const { paint, width } = screen
  const icon = left(badge.icon ?? '', 2)
  const name = left(badge.name, width - badgeRest)
  const rarity = paint(badge.rarity, left(badge.rarity, rarityWidth))
  const share = percentage(holderCounts.get(badge.id) ?? 1, personCount)
  const held = left(personCount > 1 ? `held by ${share}` : '', 15)
  const date = right(day(badge.earnedAt), dateWidth)
  return `${icon} ${name}  ${rarity}${right(`+${badge.points}`, 5)}  ${paint('quiet', held)}  ${date}`
}

function nextLines(screen: Screen, view: CardView): readonly string[] {
  const nearest = view.card.progress.milestones
    .filter(milestone => !milestone.isHidden)
    .filter(({ isEarned }) => !isEarned)
    .sort((a, b) => b.ratio - a.ratio)
    .slice(0, shownNextCount)
  if (nearest.length === 0) return ['', 'Every badge is held. There is nothing left to earn.']
  return ['', screen.paint('quiet', 'Nearest'), ...nearest.flatMap(progress => nextLine(screen, view, progress))]
}

const barWidth = 20
const shareWidth = 21

function nextLine(screen: Screen, view: CardView, { id, current, target, ratio }: ShownProgress): readonly string[] {
  const milestone = view.milestones.find(candidate => candidate.id === id)
  if (!milestone) return []
  const title = left(milestone.title, screen.width - 3 - 2 - barWidth - shareWidth)
  // Above its target is only a value that has to come down to it.
  const words =
    current > target ? `${figure(current)}, not ${figure(target)} yet` : `${figure(current)} of ${figure(target)}`
  const share = right(words, shareWidth)
  const description = cut(milestone.description, screen.width - 3)
  return [
    `${left(milestone.icon ?? '', 2)} ${title}  ${bar(screen, ratio, barWidth)}${share}`,
    screen.paint('quiet', `   ${description}`),
  ]
}
