import type { BadgeLimits } from '../../core/awards/badge-limits.js'
import type { CompiledMilestone } from '../../core/awards/compile.js'
import type { Session } from '../../store/database/session.js'
import { lockFree, readTaken, recountTaken, writeTaken } from '../../store/progress/badge-places.js'
import type { CountingContext } from '../context/context.js'

/** A locked user, and the badges that are due but have no place left for the user. */
export type Candidate<User> = { readonly user: User; readonly full: ReadonlySet<string> }

/** How to find out what users are awarded. */
export type Deciding<User, Decision> = {
  /** Decides about each user, who does not get the badges that are full. */
  readonly decide: (candidates: readonly Candidate<User>[]) => Promise<readonly Decision[]>
  readonly dueIn: (decision: Decision, user: User) => readonly { readonly milestone: CompiledMilestone }[]
}

/**
 * Decides about locked users, and takes a place for each badge with a limit that is due, in the order of the users. Users for
 * whom none is left are decided again without the badge, so that its points and what follows from it fall away. Costs
 * nothing if no badge with a limit is due.
 */
export async function takePlaces<User, Decision>(
  context: CountingContext,
  tx: Session,
  users: readonly User[],
  { decide, dueIn }: Deciding<User, Decision>,
): Promise<readonly Decision[]> {
  const candidates = users.map(user => ({ user, full: new Set<string>() }))
  const decisions = [...(await decide(candidates))]
  const dueAt = (i: number): string[] =>
    dueIn(decisions[i]!, users[i]!).map(({ milestone: { milestone } }) => milestone.id)
  const limits = limitsOf(
    context,
    users.flatMap((_, i) => dueAt(i)),
  )
  if (limits.size === 0) return decisions
  const free = await lockFree(tx, context.tables, limits)
  for (;;) {
    const left = new Map(free)
    const unlucky = candidates.filter(({ full }, i) => {
      const wanted = dueAt(i).filter(id => limits.has(id))
      const lacking = wanted.filter(id => left.get(id) === 0)
      for (const id of lacking) full.add(id)
      if (lacking.length === 0) for (const id of wanted) left.set(id, left.get(id)! - 1)
      return lacking.length > 0
    })
    if (unlucky.length === 0) {
      const changed = [...left].filter(([id, count]) => count !== free.get(id))
      const taken = changed.map(([id, count]) => [id, limits.get(id)!.limit - count!] as const)
      await writeTaken(tx, context.tables, taken)
      return decisions
    }
    for (const [i, decision] of (await decide(unlucky)).entries()) decisions[candidates.indexOf(unlucky[i]!)] = decision
  }
}

function limitsOf({ compiled: { limits } }: CountingContext, badgeIds: readonly string[]): BadgeLimits {
  if (limits.size === 0) return limits
  const ids = new Set(badgeIds)
  return new Map([...limits].filter(([, { names }]) => names.some(name => ids.has(name))))
}

/** Counts the places of badges again that users lost, or that were brought from elsewhere. Default: of all badges. */
export async function recountPlaces(
  context: CountingContext,
  tx: Session,
  badgeIds: readonly string[] = [...context.compiled.limits.keys()],
): Promise<void> {
  await recountTaken(tx, context.tables, limitsOf(context, badgeIds))
}

/** Returns the ids of badges that as many users have as can. Undefined if no badge has a limit. */
export async function readFull(
  { compiled: { limits }, tables }: Pick<CountingContext, 'compiled' | 'tables'>,
  db: Session,
): Promise<ReadonlySet<string> | undefined> {
  if (limits.size === 0) return undefined
  const taken = await readTaken(db, tables, limits)
  return new Set([...limits].flatMap(([id, { limit }]) => ((taken.get(id) ?? 0) >= limit ? [id] : [])))
}
