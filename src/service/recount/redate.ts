import { type Badge, badgeFromRow } from '../../core/awards/badge.js'
import { type CompiledCatalog, leavesOf, milestoneOf } from '../../core/awards/compile.js'
import type { DueBadge, Judging } from '../../core/awards/count-history.js'
import { namesOf } from '../../core/awards/decide.js'
import type { Session } from '../../store/database/session.js'
import type { BadgeRewrite } from '../../store/progress/decisions.js'
import type { CountingContext } from '../context/context.js'
import { countUsers, type NamedCount, type RecountedUser } from './count-users.js'
import type { UserCount } from './user-count.js'

/** A badge that is held, and its new date. */
export type Redated = { readonly badge: Badge; readonly earnedAt: Date }

/**
 * Counts users whose badges may get a new date. A badge whose requirement held before its date keeps that date until
 * what decided it moves. Since badges can decide each other, counting repeats until no more badges move.
 */
export async function countDating(
  context: CountingContext,
  tx: Session,
  users: readonly RecountedUser[],
): Promise<readonly NamedCount[]> {
  for (let counted = users; ; ) {
    const counts = await countUsers(context, tx, counted, { isTallied: true })
    const further = counted.map((user, i) => furtherUndated(context.compiled, user, counts[i]!))
    if (further.every(({ length }) => length === 0)) return counts
    counted = counted.map((user, i) => withUndated(user, further[i]!))
  }
}

function withUndated({ judging, ...user }: RecountedUser, further: readonly string[]): RecountedUser {
  return judging
    ? { ...user, judging: { ...judging, undated: new Set([...(judging.undated ?? []), ...further]) } }
    : user
}

// Badges whose date was decided by another badge that changes. After something was taken back: they still have the date
// that the other one had. After it came back: the other one has a new date before theirs, or comes back itself.
function furtherUndated(
  compiled: CompiledCatalog,
  { judging, isRestored }: RecountedUser,
  { holdings: { badges }, count: { judged, early, due } }: UserCount,
): readonly string[] {
  if (!judging || early.size === 0) return []
  const changed = badges.flatMap(badge => {
    const at = judged.get(badge.id)?.at
    if (!at || at.getTime() === badge.earnedAt.getTime()) return []
    return isRestored ? { ...badge, earnedAt: at } : badge
  })
  const isDecided = ({ id, earnedAt }: Pick<Badge, 'id' | 'earnedAt'>): boolean =>
    changed.some(
      other =>
        (isRestored ? other.earnedAt <= earnedAt : other.earnedAt.getTime() === earnedAt.getTime()) &&
        restsOn(compiled, id, other),
    )
  if (isRestored) {
    for (const badge of due.map(dueBadge)) if (isRestored(badge) || isDecided(badge)) changed.push(badge)
  }
  return badges
    .filter(badge => early.has(badge.id) && !judging.undated?.has(badge.id) && isDecided(badge))
    .map(({ id }) => id)
}

function dueBadge({ milestone: { milestone, badge }, at }: DueBadge): Badge {
  return badgeFromRow({ itemKey: milestone.id, metadata: badge, completedAt: at })
}

function restsOn(compiled: CompiledCatalog, id: string, other: Badge): boolean {
  return leavesOf(milestoneOf(compiled, id)!.requirement).some(leaf => {
    if (leaf.type === 'milestones')
      return namesOf(compiled.repeatableIds, other.id).some(name => leaf.ids.includes(name))
    return leaf.type !== 'metric' && other.points > 0
  })
}

/** Lists the badges that a count dates differently. */
export function redatedBadges({ judging }: RecountedUser, { holdings, count }: UserCount): readonly Redated[] {
  if (!judging) return []
  return holdings.badges.flatMap(badge => {
    const earnedAt = count.judged.get(badge.id)?.at
    return !earnedAt || earnedAt.getTime() === badge.earnedAt.getTime() ? [] : [{ badge, earnedAt }]
  })
}

/** Returns the change to the row of a badge that gets a new date. */
export function rewriteOf(userId: string, { badge, earnedAt }: Redated): BadgeRewrite {
  return { userId, badgeId: badge.id, changes: {}, earnedAt }
}

/** Names the badges that may get a new date, or returns nothing if there are none. */
export function judgingOf(judged: ReadonlySet<string>, undated: ReadonlySet<string>): Judging | undefined {
  return judged.size === 0 ? undefined : { judged, undated }
}
