import type { CatalogNames, IdOf, MilestoneIdOf, TraitsOf, UnlockOf } from '../client/catalog-names.js'
import type { Badge } from '../core/awards/badge.js'
import type { RequirementOf } from '../core/metrics/requirement.js'
import type { ShownProgress } from '../core/progress/progress.js'
import type { ListedMilestone } from '../service/read/list-milestones.js'
import type { UserProgress } from '../service/read/progress.js'
import type { BadgeStoneProps } from './badge-stone.js'
import type { MilepostContext } from './context.js'

type Listed<C extends CatalogNames = CatalogNames> = Extract<
  ListedMilestone<MilestoneIdOf<C>, UnlockOf<C>, TraitsOf<C>>,
  { readonly isHidden: false }
>

/** A milestone with how far the user is. */
export type MilestoneView<C extends CatalogNames = CatalogNames> = {
  readonly id: IdOf<C>
  readonly title: string
  readonly description: string
  readonly icon: string
  readonly badgeName: string
  readonly rarity: BadgeStoneProps['rarity']
  readonly points: number
  readonly unlocks: readonly UnlockOf<C>[]
  /** Null of one that was hidden until it was earned. */
  readonly requirement: RequirementOf<TraitsOf<C>['requirement']> | null
  readonly progress: ShownProgress<MilestoneIdOf<C>>
  /** Null until it is earned, and if the badge of a higher tier replaces it. */
  readonly badge: Badge<MilestoneIdOf<C>, UnlockOf<C>> | null
}

/** Joins the user's progress with the texts of the catalog, in catalog order. Hidden milestones are null. */
export function viewsOf(
  { milestones, earnedBadges }: UserProgress,
  list: readonly ListedMilestone[],
): (MilestoneView | null)[] {
  return milestones.flatMap(progress => {
    if (progress.isHidden) return null
    const badge = earnedBadges.findLast(({ id }) => id === progress.id || id.startsWith(`${progress.id}@`)) ?? null
    const milestone = list.find((one): one is Listed => !one.isHidden && one.id === progress.id)
    if (milestone) return viewOf(milestone, progress, badge)
    // The list is the same for all users, so it still hides what this user has earned.
    return badge ? fromBadge(progress, badge) : []
  })
}

function viewOf(
  { id, title, description, rarity, reward, requirement }: ViewedMilestone,
  progress: ShownProgress,
  badge: Badge | null,
): MilestoneView {
  return {
    id,
    title,
    description,
    icon: badge?.icon ?? reward.badgeIcon,
    badgeName: badge?.name ?? reward.badge,
    rarity: badge?.rarity ?? rarity,
    points: badge?.points ?? reward.points,
    unlocks: reward.unlocks,
    requirement,
    progress,
    badge,
  }
}

type ViewedMilestone = Pick<Listed, 'title' | 'description' | 'rarity'> &
  Pick<MilestoneView, 'id' | 'requirement'> & {
    readonly reward: Pick<Listed['reward'], 'badge' | 'badgeIcon' | 'points' | 'unlocks'>
  }

function fromBadge(progress: ShownProgress, badge: Badge): MilestoneView {
  const reward = { ...badge, badge: badge.name, badgeIcon: badge.icon }
  return viewOf({ ...badge, id: progress.id, title: badge.name, reward, requirement: null }, progress, badge)
}

/** Returns how to draw the stone of a milestone. */
export function stoneOf({ icon, rarity, progress }: MilestoneView): BadgeStoneProps {
  const { ratio, status, isEarned } = progress
  if (isEarned) return { icon, rarity, state: status === 'expired' ? 'expired' : 'earned' }
  return { icon, rarity, ratio, state: ratio > 0 && status === 'open' ? 'progress' : 'locked' }
}

/** Writes why a milestone cannot be worked on now or, if it can or is earned, how far a user is. */
export function statusText(progress: ShownProgress, context: Written): string {
  const { isEarned, status } = progress
  // What is expired or retired is earned as well: it is listed only where its badge is held.
  if (isEarned || status === 'open') return placeText(progress, context)
  return context.texts[status as 'locked' | 'upcoming' | 'over' | 'full' | 'revoked']
}

type Written = Pick<MilepostContext, 'texts' | 'write'>

/** Writes how far a user is: `7 of 10`, or `75, target 60` if the value has to fall. */
export function placeText({ current, target, ratio }: ShownProgress, { texts, write }: Written): string {
  // Only a value that has to fall is above a target that it has not reached.
  const words = ratio < 1 && current > target ? texts.aboveTarget : texts.ofTarget
  return words(write(current), write(target))
}
