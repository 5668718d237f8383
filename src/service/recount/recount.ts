import { attributeBySearch, attributeInOrder, countsInAnyOrder } from '../../core/awards/attribution.js'
import type { AwardedManually, Badge } from '../../core/awards/badge.js'
import { storedFoldOf } from '../../core/metrics/metric.js'
import { MilepostError } from '../../core/values/errors.js'
import type { Session } from '../../store/database/session.js'
import { keyText, readHistory } from '../../store/progress/completions.js'
import { rewriteBadges } from '../../store/progress/decisions.js'
import { type Holdings, readHoldings } from '../../store/progress/holdings.js'
import { writeGains } from '../../store/progress/ledger.js'
import { replaceLimits } from '../../store/progress/limits.js'
import { type OwnedRow, replaceMetrics } from '../../store/progress/metrics.js'
import { replacePeriodPoints } from '../../store/progress/period-points.js'
import { renameBadges } from '../../store/progress/renames.js'
import { type BadgesByUser, type DueAward, saveAwards } from '../awards/award.js'
import { type Candidate, takePlaces } from '../awards/places.js'
import { type CountingContext, currentCounting } from '../context/context.js'
import { dividedRow, type GivenBadge, historyScope, type RecountedUser, startUser } from './count-users.js'
import { asAdded, type FreshCompletion } from './fresh-user.js'
import { hasMetricDrift } from './metric-drift.js'
import { countDating, type Redated, redatedBadges, rewriteOf } from './redate.js'
import type { UserCount } from './user-count.js'

/**
 * Counts users again from what is stored, under their locks: corrects metrics, standings and the ledger, and awards
 * what is due, each badge dated by the completion that decided it. The slow path, always correct. Returns the badges
 * newly held, by user. `isSilent`: whether to keep these badges out of the outbox. The number of statements does not
 * depend on how many users or milestones there are, only on pages of history.
 */
export async function recountUsers(
  context: CountingContext,
  tx: Session,
  users: readonly RecountedUser[],
  options: RecountOptions = {},
): Promise<BadgesByUser> {
  if (!context.tables.layout.isSpread || users.length <= 1) return recountTogether(context, tx, users, options)
  const awarded = new Map<string, readonly Badge[]>()
  for (const user of users)
    for (const entry of await recountTogether(context, tx, [user], options)) awarded.set(...entry)
  return awarded
}

type RecountOptions = { readonly isSilent?: boolean }

async function recountTogether(
  context: CountingContext,
  tx: Session,
  users: readonly RecountedUser[],
  { isSilent }: RecountOptions,
): Promise<BadgesByUser> {
  const { tables } = context
  const counts = await takePlaces(context, tx, users, {
    decide: candidates => countDating(context, tx, candidates.map(withoutFull)),
    dueIn: ({ count }, { given }) => [...(given ? [given] : []), ...count.due],
  })
  await renameBadges(
    tx,
    tables,
    counts.flatMap(({ renames }) => renames),
  )
  await rewriteBadges(
    tx,
    tables,
    counts.flatMap(({ fills }) => fills),
  )
  for (const { unknownIds } of counts) for (const id of unknownIds) context.onUnknownBadge(id)
  await writeMetrics(context, tx, counts.filter(hasMetricDrift))
  const due: DueAward[] = []
  for (const [i, user] of users.entries()) due.push(...(await dueAwards(context, tx, user, counts[i]!)))
  const drifted = counts.filter(({ holdings }) => holdings.ledger.periodDrifts.length > 0).map(({ userId }) => userId)
  if (drifted.length > 0) await replacePeriodPoints(tx, tables, { userIds: drifted, recordedAt: context.now() })
  const divided = await divideOffers(context, tx, counts)
  await correctLimits(context, tx, counts)
  const redated = new Map(counts.map((count, i) => [count.userId, redatedBadges(users[i]!, count)]))
  await rewriteBadges(
    tx,
    tables,
    [...redated].flatMap(([userId, own]) => own.map(badge => rewriteOf(userId, badge))),
  )
  const [first] = counts
  return saveAwards(context, tx, {
    due,
    held: new Map(
      counts.map(({ userId, holdings }, i) => {
        const { ledger } = divided.get(userId) ?? holdings
        const badges = withNewDates(holdings.badges, redated.get(userId)!)
        return [userId, { ...holdings, badges, ...ledger, revoked: users[i]!.revoked }]
      }),
    ),
    standings: [],
    gains: [],
    countedWith: currentCounting(context, first?.holdings.commonPauseChanges ?? 0),
    isSilent,
  })
}

function withoutFull({ user, full }: Candidate<RecountedUser>): RecountedUser {
  const badgeId = user.given?.milestone.milestone.id ?? ''
  if (full.has(badgeId)) {
    const message = `As many users have "${badgeId}" as its limit allows. Raise the limit and apply the catalog, or revoke the badge of another user first.`
    throw new MilepostError('BADGE_LIMIT_REACHED', message, { details: { badgeId } })
  }
  return full.size === 0 ? user : { ...user, refused: new Set([...(user.refused ?? []), ...full]) }
}

function withNewDates(badges: readonly Badge[], redated: readonly Redated[]): readonly Badge[] {
  if (redated.length === 0) return badges
  const byId = new Map(redated.map(({ badge, ...dated }) => [badge.id, { ...badge, ...dated }]))
  return badges.map(badge => byId.get(badge.id) ?? badge)
}

// Returns the users whose ledger changed, as they are stored now.
async function divideOffers(
  { tables, now }: CountingContext,
  tx: Session,
  counts: readonly UserCount[],
): Promise<ReadonlyMap<string, Holdings>> {
  const gains = counts.flatMap(({ changes }) => changes)
  if (gains.length === 0) return new Map()
  await writeGains(tx, tables, { gains, recordedAt: now() })
  return readHoldings(tx, tables, { userIds: [...new Set(gains.map(({ userId }) => userId))], withLedger: true })
}

// Only users whose completions offered something under a limit have such rows.
async function correctLimits({ tables }: CountingContext, tx: Session, counts: readonly UserCount[]): Promise<void> {
  const userIds = counts.filter(({ holdings }) => holdings.ledger.hasOffers).map(({ userId }) => userId)
  if (userIds.length > 0) await replaceLimits(tx, tables, userIds)
}

async function writeMetrics(
  { compiled, tables, now }: CountingContext,
  tx: Session,
  drifted: readonly UserCount[],
): Promise<void> {
  if (drifted.length === 0) return
  const rows = drifted.flatMap(({ userId, count }) =>
    count.rows.map((row): OwnedRow => ({ userId, ...row, fold: storedFoldOf(compiled.metrics.get(row.metric)!) })),
  )
  await replaceMetrics(tx, tables, { userIds: drifted.map(({ userId }) => userId), rows, at: now() })
}

function manualChangeOf({ milestone }: GivenBadge): AwardedManually {
  return { badgeByHand: milestone.milestone.id }
}

async function dueAwards(
  context: CountingContext,
  tx: Session,
  user: RecountedUser,
  counted: UserCount,
): Promise<readonly DueAward[]> {
  const { due } = counted.count
  const { userId, given } = user
  const manual = given ? [{ userId, ...given, by: manualChangeOf(given) }] : []
  if (due.length === 0) return manual
  const sourceOf = await attribution(context, tx, user, counted)
  const awards = due.map(({ milestone, at }) => ({ userId, milestone, at, by: sourceOf(milestone.milestone.id) }))
  return [...manual, ...awards]
}

type AwardSource = (id: string) => FreshCompletion | AwardedManually | null

// Which new completion is named as the cause of a badge depends on the order given, not on time.
async function attribution(
  context: CountingContext,
  tx: Session,
  { userId, fresh, dependsOnOrder, given }: RecountedUser,
  { holdings, count, stateBefore, calendar }: UserCount,
): Promise<AwardSource> {
  const { compiled } = context
  if (fresh.length <= 1) return () => fresh[0] ?? (given ? manualChangeOf(given) : null)
  if (!dependsOnOrder && countsInAnyOrder(compiled, fresh, calendar)) {
    const found = attributeInOrder(compiled, stateBefore, fresh.map(asAdded))
    return id => found.get(id) ?? fresh[0]!
  }
  const ids = count.due.map(({ milestone }) => milestone.milestone.id)
  const found = await attributeBySearch(fresh, ids, async beginning => {
    const left = new Set(fresh.slice(beginning.length).map(keyText))
    const user = startUser(context, { userId, fresh: [] }, holdings)
    for await (const page of readHistory(tx, context.tables, {
      userIds: [userId],
      ...historyScope(compiled, [holdings]),
    })) {
      for (const row of page) {
        if (!left.has(keyText(row))) user.counter.add(dividedRow(user, row))
      }
    }
    return new Set(user.counter.finish().due.map(({ milestone }) => milestone.milestone.id))
  })
  return id => found.get(id) ?? fresh[0]!
}
