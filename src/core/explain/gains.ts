import { countedAdjustments, keyedCategory, type PointsAdjustment } from '../awards/adjustments.js'
import type { Badge } from '../awards/badge.js'
import { startDividing } from '../awards/divide-offers.js'
import type { Fold } from '../awards/fold.js'
import type { CutReason } from '../awards/limits.js'
import type { Countable } from '../metrics/metric.js'
import type { Calendar } from '../time/calendar.js'
import { badgeCategory } from '../users/completion.js'
import { pushLatest, type StoredCountable } from './completions.js'
import type { BoostedGain, CutGain, ExplainedGain, ExplainedGains } from './explanation.js'

/** Where a user's points come from. */
export type GainTrace = {
  readonly gains: ExplainedGains
  readonly points: number
  /** By number of points: the instant at which the user first had that many. */
  readonly reachedAt: ReadonlyMap<number, Date>
}

/** Adds up points: `add` every stored completion in order of time, then `finish`. */
export type GainTracer = { readonly add: (completion: StoredCountable) => void; readonly finish: () => GainTrace }

type GainStart = {
  /** Sorted by date. */
  readonly badges: readonly Badge[]
  /** The numbers of points for which the first instant is needed. */
  readonly targets: readonly number[]
  readonly limit: number
  readonly calendar: Calendar
  readonly fold: Fold | null
  /** In order of time. */
  readonly adjustments: readonly PointsAdjustment[]
}

/**
 * Starts to add up the points of badges and completions, in order of time. Keeps at most `limit` entries in each list.
 */
export function startGains({ badges, adjustments, targets, limit, calendar, fold }: GainStart): GainTracer {
  const { atStart, later } = countedAdjustments(adjustments)
  const sums = { count: 0, badgePoints: 0, completionPoints: 0, adjustedPoints: atStart }
  const badgeGains = badges.map(({ id: itemKey, points, earnedAt: at }): ExplainedGain => {
    return { category: badgeCategory, itemKey, points, at }
  })
  const given = [...badgeGains, ...later.map(gainOf)].sort((a, b) => +a.at - +b.at)
  let points = atStart
  const biggest: ExplainedGain[] = []
  const latest: ExplainedGain[] = []
  const offered = startOffers({ calendar, limit, fold })
  const reachedAt = new Map<number, Date>()
  let isBeforeLine = fold !== null
  const noteReached = (at: Date): void => {
    for (const target of targets) if (points >= target && !reachedAt.has(target)) reachedAt.set(target, at)
  }
  const crossLine = (line: Fold): void => {
    const { until } = line
    isBeforeLine = false
    putGiven(until)
    sums.completionPoints += line.points
    points += line.points
    noteReached(until)
  }
  const put = (gain: ExplainedGain): void => {
    if (gain.points === 0) return
    sums.count += 1
    points += gain.points
    if (gain.category === badgeCategory) sums.badgePoints += gain.points
    else if (gain.category === keyedCategory) sums.adjustedPoints += gain.points
    else sums.completionPoints += gain.points
    putBiggest(biggest, gain, limit)
    pushLatest(latest, gain, limit)
    noteReached(gain.at)
  }
  const putGiven = (until: Date | null): void => {
    while (given[0] && !(until && given[0].at > until)) put(given.shift()!)
  }
  return {
    add: completion => {
      const at = completion.completedAt
      if (fold && at < fold.until) return
      if (fold && isBeforeLine) crossLine(fold)
      putGiven(at)
      put(gainOf(completion))
      offered.add(completion)
    },
    finish: () => {
      if (fold && isBeforeLine) crossLine(fold)
      putGiven(null)
      return {
        gains: { ...sums, biggest, latest, ...offered.finish() },
        points,
        reachedAt,
      }
    },
  }
}

function gainOf({ category, itemKey, points = 0, completedAt: at }: Countable): ExplainedGain {
  return { category, itemKey, points, at }
}

type OfferTracer = {
  readonly add: (completion: StoredCountable) => void
  readonly finish: () => Pick<ExplainedGains, 'cut' | 'boosted'>
}

// The ledger says how much was cut of an offer; the earlier offers say why.
function startOffers({ calendar, limit, fold }: Pick<GainStart, 'calendar' | 'limit' | 'fold'>): OfferTracer {
  const { sharesOf } = startDividing(calendar, fold?.uses)
  const cut = { count: 0, countByReason: {} as Partial<Record<CutReason, number>>, latest: [] as CutGain[] }
  const boosted = { count: 0, latest: [] as BoostedGain[] }
  return {
    add: ({ category, itemKey, completedAt: at, points = 0, offers: all = [] }) => {
      const offers = all.filter(({ currency }) => currency === undefined)
      if (offers.length === 0) return
      const gain = { category, itemKey, points, at }
      const shares = sharesOf({ completedAt: at, points, offers })
      const lacking = offers.findIndex(offer => offer.points < offer.offered)
      if (lacking !== -1) {
        const reason = shares[lacking]!.cut ?? 'cap'
        cut.count += 1
        cut.countByReason[reason] = (cut.countByReason[reason] ?? 0) + 1
        pushLatest(cut.latest, { ...gain, offered: sumOf(offers, ({ offered }) => offered), reason }, limit)
      }
      const times = Math.max(...offers.map(({ terms }) => terms?.times ?? 1))
      if (times === 1) return
      boosted.count += 1
      pushLatest(boosted.latest, { ...gain, times }, limit)
    },
    finish: () => ({ cut, boosted }),
  }
}

function sumOf<Item>(items: readonly Item[], amountOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + amountOf(item), 0)
}

function putBiggest(list: ExplainedGain[], gain: ExplainedGain, limit: number): void {
  const place = list.findIndex(({ points }) => points < gain.points)
  list.splice(place === -1 ? list.length : place, 0, gain)
  if (list.length > limit) list.pop()
}
