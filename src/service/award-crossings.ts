import type { CompiledMilestone } from '../core/compile.js'
import type { NewCompletion } from '../core/completion.js'
import { stateOf } from '../core/decide.js'
import type { Decimal } from '../core/decimal.js'
import { type Due, replay } from '../core/replay.js'
import type { Database } from '../store/database.js'
import { type Holdings, readHoldings } from '../store/holdings.js'
import { type BadgesByUser, type DueAward, saveAwards } from './award.js'
import type { ServiceContext } from './context.js'
import type { CrossingUser } from './raise.js'

/** What crossing users were awarded, and those whose awards cannot be dated without their history. */
export type CrossingAwards = { readonly awarded: BadgesByUser; readonly late: readonly CrossingUser[] }

/** Decides for users who crossed a target, to the end of every cascade, and stores their awards. */
export async function awardCrossings(
  context: ServiceContext,
  tx: Database,
  crossing: readonly CrossingUser[],
): Promise<CrossingAwards> {
  if (crossing.length === 0) return { awarded: new Map(), late: [] }
  const holdings = await readHoldings(
    tx,
    context.tables,
    crossing.map(({ userId }) => userId),
  )
  const late: CrossingUser[] = []
  const due: DueAward[] = []
  const held = new Map<string, Holdings['badges']>()
  for (const user of crossing) {
    const own = holdings.get(user.userId)!
    const awards = dueFor(context, user, own)
    if (awards === 'late') late.push(user)
    else if (awards.length > 0) {
      due.push(...awards)
      held.set(user.userId, own.badges)
    }
  }
  const awarded = due.length > 0 ? await saveAwards(context, tx, { due, held }) : new Map()
  return { awarded, late }
}

function dueFor({ compiled }: ServiceContext, user: CrossingUser, holdings: Holdings): DueAward[] | 'late' {
  const { userId, fresh } = user
  const decide = (completions: readonly NewCompletion[]): Due<NewCompletion>[] =>
    replay(compiled, stateOf(holdings.badges, valuesBefore(user, holdings)), completions)
  const inTime = [...fresh].sort((a, b) => a.completedAt.getTime() - b.completedAt.getTime())
  const dated = decide(inTime)
  if (dated.some(({ milestone, at }) => at.completedAt < certainFrom(milestone, user, holdings))) return 'late'
  // One order gives the dates, the other tells which completion brought what; mostly they are the same.
  const isGivenInTime = inTime.every((completion, i) => completion === fresh[i])
  const brought = isGivenInTime ? dated : decide(fresh)
  const broughtBy = new Map(brought.map(({ milestone, at }) => [milestone.milestone.id, at]))
  return dated.map(({ milestone: { milestone }, at }) => {
    return { userId, milestone, at: at.completedAt, by: broughtBy.get(milestone.id) ?? null }
  })
}

function valuesBefore({ raised }: CrossingUser, { metrics }: Holdings): Map<string, Decimal> {
  return new Map([...metrics].map(([name, metric]) => [name, raised.has(name) ? metric.previous : metric.value]))
}

/**
 * An award dated before this instant would rest on completions that were counted, in the order of arrival, before
 * earlier ones: only the history knows its true date. For a single metric that is the metric's own latest completion,
 * for everything else the latest that is known of the user.
 */
function certainFrom(
  { requirement }: CompiledMilestone,
  { raised }: CrossingUser,
  { metrics, badges }: Holdings,
): Date {
  const latestOf = (name: string): Date | null => {
    const metric = metrics.get(name)
    return (raised.has(name) ? metric?.previousAt : metric?.lastAt) ?? null
  }
  if (requirement.type === 'metric') return latestOf(requirement.metric.name) ?? longAgo
  const instants = [...[...metrics.keys()].map(latestOf), ...badges.map(({ earnedAt }) => earnedAt)]
  return instants.reduce<Date>((latest, at) => (at && at > latest ? at : latest), longAgo)
}

const longAgo = new Date(-8.64e15)
