import { type Badge, shownBadges, unlocksOf } from '../../core/awards/badge.js'
import { rowsByMetric } from '../../core/awards/count-history.js'
import { stateOf } from '../../core/awards/decide.js'
import type { CatalogTraits } from '../../core/catalog/catalog.js'
import { levelAt, type NextLevelPoints } from '../../core/catalog/level.js'
import { type MetricRow, wholePart } from '../../core/metrics/metric.js'
import { labelsAround } from '../../core/metrics/part-counting.js'
import type { BadgeId } from '../../core/metrics/requirement.js'
import { earnedDates, expiryDates } from '../../core/progress/named-badge.js'
import { type MilestoneProgress, progressOf } from '../../core/progress/progress.js'
import type { ProgressView } from '../../core/progress/progress-view.js'
import type { Visibility } from '../../core/users/visibility.js'
import type { Decimal } from '../../core/values/decimal.js'
import type { Session } from '../../store/database/session.js'
import { inTransaction } from '../../store/database/transaction.js'
import { type Holdings, readHoldings, revokedIn } from '../../store/progress/holdings.js'
import { readFull } from '../awards/places.js'
import { userCalendar } from '../context/calendar.js'
import { type CountingContext, currentCounting, type ServiceContext } from '../context/context.js'
import { contextAt, lastKnown } from '../context/counting-context.js'
import { countUsers } from '../recount/count-users.js'
import { copiedRows } from '../recount/fresh-user.js'

/** The progress of one user. An unknown user has level 1 and nothing else. */
export type UserProgress<
  Id extends string = string,
  Unlock extends string = string,
  Traits extends CatalogTraits = CatalogTraits,
> = {
  userId: string
  /** Sorted by date. Of tiers that replace each other, only the highest. */
  earnedBadges: Badge<Id, Unlock>[]
  /** The ids of all badges held, sorted by date, including those of milestones that are no longer in the catalog. */
  completedMilestones: BadgeId<Id>[]
  /** The points of the badges held plus the points of completions. */
  totalPoints: number
  level: number
  levelName: string | null
  /** The points at which this level starts. More than `totalPoints` if the level is kept after a loss of points. */
  levelPoints: number
  /** The points at which the next level starts. Null on the highest level, which only a rule with thresholds has. */
  nextLevelPoints: NextLevelPoints<Traits['levels']>
  /** Everything that the badges held unlock, each feature once. Expired badges unlock nothing. */
  unlocks: Unlock[]
  /** Every milestone that the user may see, in the order of the catalog. Secret ones are only marked `isHidden`. */
  milestones: MilestoneProgress<Id>[]
  /** The time zone of the user's days now. */
  timeZone: string
  /** The user's own setting, or `on` if the user never set it. */
  visibility: Visibility
}

/** Whose progress, and in which locale. Without a locale, badges have the texts they were awarded with. */
export type ProgressQuery = { readonly userId: string; readonly locale?: string | undefined }

/** Reads one user's progress in one statement. */
export async function readProgress(given: ServiceContext, db: Session, query: ProgressQuery): Promise<UserProgress> {
  return progressFrom(await readPlace(given, db, query))
}

/** The data that a user's progress is measured from, and the context of the catalog in effect. */
export type UserPlace = {
  readonly context: CountingContext
  readonly userId: string
  readonly holdings: Holdings
  /** Ids of badges that as many users have as can. */
  readonly full: ReadonlySet<string> | undefined
  readonly rows: ReadonlyMap<string, Map<string, MetricRow>>
  readonly at: Date
}

/**
 * Reads the data for one user's progress in one statement. For a user counted with another catalog, or with more
 * completions in a rolling window than a row stores, the history is read too.
 */
export async function readPlace(given: ServiceContext, db: Session, query: ProgressQuery): Promise<UserPlace> {
  const { userId, locale } = query
  const at = given.now()
  const known = lastKnown(given)
  const parts = [...known.units].flatMap(unit => labelsAround(unit, at))
  const { hasFreezes: withFreezes, catalog } = known
  const withHighest = catalog.levels.keep
  const scope = { userIds: [userId], parts, withCalendar: true, withFreezes, withHighest, locale }
  const holdings = (await readHoldings(db, given.tables, scope)).get(userId)!
  const context = await contextAt(given, db, holdings.catalogVersion)
  const { standing } = holdings
  const isCurrent = !standing || standing.countedWith === currentCounting(context, holdings.commonPauseChanges)
  // If another catalog is in effect by now, periods that it needs may be missing in the parts read above.
  if (!isCurrent || context.compiled !== known) return readFromHistory(context, db, { ...query, at })
  const rows = copiedRows(holdings.metrics)
  const place = { context, userId, holdings, full: await readFull(context, db), rows, at }
  return isInDoubt(place) ? readFromHistory(context, db, { ...query, at }) : place
}

// The start of a rolling window that ends now may be where the row does not store every completion.
function isInDoubt({ context, holdings, rows, at: now }: UserPlace): boolean {
  return [...rows].some(([name, parts]) => {
    const whole = parts.get(wholePart)
    const counting = context.compiled.metrics.get(name)?.counting
    if (typeof counting !== 'object' || !whole?.state?.entries) return false
    return counting.present({ whole, partAt: () => 0, now, calendar: userCalendar(context, holdings) }) === undefined
  })
}

// Of a user counted with another catalog, the values come from the history until a write counts the user again.
function readFromHistory(
  context: CountingContext,
  db: Session,
  query: ProgressQuery & { readonly at: Date },
): Promise<UserPlace> {
  return inTransaction(db, 'snapshot', tx => readCounted(context, tx, query))
}

/** Reads the data for one user's progress from the history. */
export async function readCounted(
  context: CountingContext,
  tx: Session,
  { userId, locale, at }: ProgressQuery & { readonly at: Date },
): Promise<UserPlace> {
  const refused = new Set(context.compiled.limits.keys())
  const [counted] = await countUsers(context, tx, [{ userId, fresh: [], refused }], { locale })
  const { holdings, count } = counted!
  return { context, userId, holdings, full: await readFull(context, tx), rows: rowsByMetric(count), at }
}

/** Puts the data into the form that progress is measured from. */
export function viewOf({ context, holdings, full, rows, at }: UserPlace): ProgressView {
  const { badges, standing } = holdings
  const calendar = userCalendar(context, holdings)
  const wholes = [...rows].map(([name, parts]) => [name, parts.get(wholePart)?.value] as const)
  const values = new Map(wholes.filter((whole): whole is readonly [string, Decimal] => whole[1] !== undefined))
  const { repeatableIds } = context.compiled
  const completionPoints = standing?.completionPoints.points ?? 0
  const state = stateOf({ badges, completionPoints, values, rows: new Map(rows), calendar, repeatableIds })
  const earnedAtById = earnedDates(badges, repeatableIds)
  const expiresAtById = expiryDates(badges, repeatableIds)
  return { state, earnedAtById, expiresAtById, refused: revokedIn(holdings), full, rows, now: at, calendar }
}

function progressFrom(place: UserPlace): UserProgress {
  const { userId, holdings, at } = place
  const { compiled } = place.context
  const { badges } = holdings
  const view = viewOf(place)
  const { state, calendar } = view
  return {
    userId,
    earnedBadges: shownBadges(badges),
    completedMilestones: badges.map(({ id }) => id),
    totalPoints: state.points,
    ...levelAt(compiled.catalog.levels, state.points, holdings.highestPoints),
    unlocks: unlocksOf(badges, at),
    milestones: progressOf(compiled, view),
    timeZone: calendar.zoneAt(at.getTime()),
    visibility: place.holdings.standing?.visibility ?? 'on',
  }
}
