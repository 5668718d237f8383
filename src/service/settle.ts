import type { Badge } from '../core/badge.js'
import type { CompiledMilestone } from '../core/compile.js'
import type { Completion } from '../core/completion.js'
import { type HistoryCount, rowsByMetric } from '../core/count-history.js'
import type { Decimal } from '../core/decimal.js'
import { badgesLost, isKept } from '../core/keep.js'
import { wholePart } from '../core/metric.js'
import type { Database } from '../store/database.js'
import { deleteBadges } from '../store/decisions.js'
import { refusedIn } from '../store/holdings.js'
import { undoGains } from '../store/ledger.js'
import type { BadgesByUser } from './award.js'
import type { ServiceContext } from './context.js'
import { countWithout, recountUsers } from './recount.js'

/** What is changed of a locked user by hand. */
export type Settlement = {
  readonly userId: string
  /** A completion that was deleted in this transaction. */
  readonly undone?: Completion
  /** The id of a badge that is taken. */
  readonly taken?: string
  /** A badge that is given. */
  readonly award?: CompiledMilestone
}

/** What followed: badges that went, in order of their dates, and badges newly held. */
export type Settled = { readonly revoked: readonly Badge[]; readonly awarded: BadgesByUser }

/**
 * Brings everything of a user in line after a change by hand: what no longer holds goes, what is due comes. Counts the history
 * twice: with the change and without, since only the difference is its doing.
 */
export async function settleUser(context: ServiceContext, tx: Database, settlement: Settlement): Promise<Settled> {
  const { userId, undone = null, taken = null, award } = settlement
  const revoked = award ? [] : await lostBadges(context, tx, { userId, undone, taken })
  await deleteBadges(tx, context.tables, { userId, badgeIds: revoked.map(({ id }) => id) })
  if (undone) await undoGains(tx, context.tables, { ...undone, recordedAt: context.now() })
  const given = award ? { milestone: award, at: context.now() } : undefined
  const awarded = await recountUsers(context, tx, [{ userId, fresh: [], given, revoked }])
  return { revoked, awarded }
}

type Loss = { readonly userId: string; readonly undone: Completion | null; readonly taken: string | null }

async function lostBadges(
  context: ServiceContext,
  tx: Database,
  { userId, undone, taken }: Loss,
): Promise<readonly Badge[]> {
  const { compiled } = context
  const { holdings, count, withUndone, lostPoints } = await countWithout(context, tx, { userId, undone })
  const completionPoints = holdings.ledger.completionPoints.points
  const safe = holdings.badges.filter(({ id }) => holdings.decisions.get(id) === 'awarded' || isKept(compiled, id))
  return badgesLost(compiled, {
    before: { values: valuesOf(withUndone), rows: rowsByMetric(withUndone), completionPoints },
    after: { values: valuesOf(count), rows: rowsByMetric(count), completionPoints: completionPoints - lostPoints },
    held: holdings.badges,
    safe: new Set(safe.map(({ id }) => id)),
    refused: refusedIn(holdings),
    taken,
  })
}

function valuesOf({ rows }: HistoryCount): ReadonlyMap<string, Decimal> {
  return new Map(rows.filter(({ part }) => part === wholePart).map(({ metric, row }) => [metric, row.value]))
}
