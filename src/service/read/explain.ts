import { type CompiledCatalog, type CompiledMilestone, milestoneOf } from '../../core/awards/compile.js'
import { badgeIdParts } from '../../core/catalog/badge-id.js'
import { asksForPoints, metricGoalsOf, startExplaining } from '../../core/explain/explain.js'
import type { Explanation } from '../../core/explain/explanation.js'
import { earnedDates, mayBeNamed, type Naming, namingOf } from '../../core/progress/named-badge.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import { wordsOfCatalog } from '../../core/words/words.js'
import type { Session } from '../../store/database/session.js'
import { inTransaction } from '../../store/database/transaction.js'
import type { HistoryScope } from '../../store/progress/completions.js'
import { readDecision } from '../../store/progress/decisions.js'
import { goThroughTwice } from '../../store/progress/history-passes.js'
import { type Holdings, readHoldings, revokedIn } from '../../store/progress/holdings.js'
import { readUndone } from '../../store/progress/undone.js'
import { readFull } from '../awards/places.js'
import { userCalendar, zonesShown } from '../context/calendar.js'
import { compileForService, type ReadOptions, type ServiceContext, sessionFor } from '../context/context.js'
import { contextAt } from '../context/counting-context.js'
import { namedToday } from '../context/former-badges.js'
import { milestoneNotFound } from '../context/milestone-not-found.js'

/** Options of an explanation. */
export type ExplainOptions = ReadOptions & {
  /** The most completions or gains in each list: 0 to 1,000. Default: 10. */
  readonly limit?: number | undefined
  /** Whether hidden milestones are explained and named too. Do not show the result to users. */
  readonly includeHidden?: boolean | undefined
}

type Query = Required<Pick<ExplainOptions, 'limit' | 'includeHidden'>> &
  Pick<ExplainOptions, 'locale'> & { readonly userId: string; readonly badgeId: string }

/**
 * Explains, in one snapshot, why a user has a badge or not, from the user's history in the categories that the badge
 * uses. @throws INPUT_INVALID, MILESTONE_NOT_FOUND
 */
export async function explainBadge(
  given: ServiceContext,
  { userId, badgeId, ...options }: ExplainOptions & Pick<Query, 'userId' | 'badgeId'>,
): Promise<Explanation> {
  checkId('userId', userId)
  checkId('itemKey', badgeId, { field: 'badgeId' })
  const { limit = 10, includeHidden = false, locale } = options
  checkLimit(limit, { min: 0 })
  return inTransaction(sessionFor(given, options), 'snapshot', tx =>
    explainIn(given, tx, { userId, badgeId, limit, includeHidden, locale }),
  )
}

/** Checks a limit on the number of entries. @throws INPUT_INVALID */
export function checkLimit(limit: unknown, { min }: { readonly min: number }): void {
  const isSound = Number.isInteger(limit) && (limit as number) >= min && (limit as number) <= 1_000
  if (!isSound) throw invalid('limit', `must be a whole number from ${min} to 1000`)
}

async function explainIn(given: ServiceContext, tx: Session, query: Query): Promise<Explanation> {
  const { userId, badgeId, limit, locale, includeHidden } = query
  const parts = { withCalendar: true, withFreezes: true, withLedger: true, withHighest: true } as const
  const held = { userIds: [userId], ...parts, locale }
  const stored = await readHoldings(tx, given.tables, held)
  const { zones, catalogVersion } = stored.get(userId)!
  const { compiled, tables } = await contextAt(given, tx, catalogVersion)
  const holdings = namedToday({ ...given, compiled }, stored).holdings.get(userId)!
  const { badges } = holdings
  const earnedAtById = earnedDates(badges, compiled.repeatableIds)
  const naming = namingOf(compiled.catalog, { earnedAtById, includeHidden, locale })
  const milestone = namedMilestone(compiled, naming, badgeId)
  const requirement = compiled.catalog.requirements[milestone.order]!
  const manualDecision = await readDecision(tx, tables, { userId, badgeId: milestone.milestone.id })
  const scope = scopeOf(milestone, holdings)
  const undone = await readUndone(tx, tables, { userId, categories: scope.categories, limit })
  const { trace, sort, finish } = startExplaining({
    ...{ userId, compiled, milestone, requirement, badges, naming, manualDecision, undone, limit },
    zones: zonesShown(zones, { ...given, compiled }),
    words: wordsOfCatalog(compiled.catalog, locale),
    refused: revokedIn(holdings),
    full: await readFull({ compiled, tables }, tx),
    calendar: userCalendar({ ...given, compiled }, holdings),
    catalogVersion: catalogVersion || null,
    now: given.now(),
    fold: holdings.fold,
    adjustments: holdings.adjustments,
    highestPoints: holdings.highestPoints,
  })
  await goThroughTwice(tx, tables, { userIds: [userId], ...scope }, [trace, sort])
  return finish()
}

function namedMilestone(compiled: CompiledCatalog, naming: Naming, badgeId: string): CompiledMilestone {
  const milestone = mayBeNamed(naming, badgeId)
    ? (badgeOf(compiled, badgeId) ?? retiredOne(compiled, badgeId))
    : undefined
  if (milestone) return milestone
  const known = compiled.catalog.milestones.filter(({ hidden }) => hidden === false || naming.includeHidden)
  throw milestoneNotFound(
    badgeId,
    known.map(({ id }) => id),
  )
}

// One time of a repeatable milestone keeps the rule by which it repeats.
function badgeOf(compiled: CompiledCatalog, badgeId: string): CompiledMilestone | undefined {
  const found = milestoneOf(compiled, badgeId)
  const repeat = milestoneOf(compiled, badgeIdParts(badgeId).milestoneId)?.repeat
  return found && repeat ? { ...found, repeat } : found
}

// Retired milestones are no longer counted, so they are compiled only here.
function retiredOne({ catalog }: CompiledCatalog, badgeId: string): CompiledMilestone | undefined {
  if (!catalog.milestones.some(({ isRetired }) => isRetired)) return undefined
  const milestones = catalog.milestones.map(milestone => ({ ...milestone, isRetired: false }))
  const found = badgeOf(compileForService({ ...catalog, milestones }), badgeId)
  return found && { ...found, milestone: { ...found.milestone, isRetired: true } }
}

function scopeOf(milestone: CompiledMilestone, { ledger, fold }: Holdings): Omit<HistoryScope, 'userIds'> {
  const metrics = metricGoalsOf(milestone).map(({ metric }) => metric)
  return {
    categories: [...new Set(metrics.flatMap(({ categories }) => categories))],
    withMetadata: [...new Set(metrics.filter(metric => metric.readsMetadata).flatMap(({ categories }) => categories))],
    withGains: asksForPoints(milestone) && (ledger.hasOffers || ledger.completionPoints.lastAt !== null),
    withFolds: fold !== null,
  }
}
