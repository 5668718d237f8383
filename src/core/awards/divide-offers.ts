import type { Calendar } from '../time/calendar.js'
import { type Offer, type RuleUse, type Share, takeShare, unitOfLabel, unused } from './limits.js'

/**
 * What a rule with limits offered for a stored completion, and what it gave. `cap`: null without one, and in rows that
 * were stored before caps were.
 */
export type StoredOffer = Offer & {
  readonly source: string
  readonly period: string
  readonly points: number
  /** Set if the rule gives coins. */
  readonly currency?: string
}

/** A stored completion. `points`: everything that it is worth itself, including offers. */
export type OfferingCompletion = {
  readonly completedAt: Date
  readonly points: number
  readonly offers: readonly StoredOffer[]
}

/** A change to the ledger, so that an offer gives what is left for it. */
export type OfferChange = StoredOffer & {
  /** The points in the ledger. */
  readonly was: number
}

/** What a completion is worth itself, and the changes that the ledger needs for it. */
export type Divided = { readonly points: number; readonly changes: readonly OfferChange[] }

/** Shares out offers. `uses`: what was given so far, by rule. */
export type Divider = {
  readonly divide: (completion: OfferingCompletion) => Divided
  /** The same, with what reduced each offer, in their order. */
  readonly sharesOf: (completion: OfferingCompletion) => readonly Share[]
  readonly uses: () => RuleUses
}

/** How many of a rule's latest periods are remembered, because travel can bring a user back to an earlier day. */
const rememberedPeriods = 8

/** What rules have given, by the name of the rule. */
export type RuleUses = ReadonlyMap<string, RuleUse>

/**
 * Starts to share out what rules with limits give: the completions of one user, in order of time, get what they offer
 * until a limit is reached. `earlier`: what was given before the first of them.
 */
export function startDividing(calendar: Calendar, earlier: RuleUses = new Map()): Divider {
  const uses = new Map([...earlier].map(([source, use]) => [source, copyOf(use)]))
  const shareOf = (offer: StoredOffer, completedAt: Date): Share => {
    const use = uses.get(offer.source) ?? unused()
    uses.set(offer.source, use)
    const share = takeShare(use, { ...offer, unit: unitOfLabel(offer.period) }, { completedAt, calendar })
    forgetOld(use)
    return share
  }
  const sharesOf = ({ completedAt, offers }: OfferingCompletion): readonly Share[] =>
    offers.map(offer => shareOf(offer, completedAt))
  return {
    sharesOf,
    divide: completion => {
      const { points, offers } = completion
      if (offers.length === 0) return { points, changes: noChanges }
      const shares = sharesOf(completion)
      const changes = offers.flatMap((offer, i) => changesOf(offer, shares[i]!))
      return { points: points + pointsIn(changes), changes }
    },
    uses: () => uses,
  }
}

/** Adds up points. Coins among them are left out. */
export function pointsIn(
  gains: readonly { readonly points: number; readonly currency?: string | undefined }[],
): number {
  return gains.reduce((sum, { points, currency }) => (currency === undefined ? sum + points : sum), 0)
}

const noChanges: readonly OfferChange[] = []

function copyOf({ periods, items, paidAt }: RuleUse): RuleUse {
  return { periods: new Map(periods), items: new Map(items), paidAt }
}

function forgetOld({ periods }: RuleUse): void {
  if (periods.size <= rememberedPeriods) return
  for (const label of periods.keys()) {
    if (label === 'ever') continue
    periods.delete(label)
    return
  }
}

// If an offer now falls into another period, because a zone was set for that time, it moves there as a whole.
function changesOf(stored: StoredOffer, now: Share): readonly OfferChange[] {
  const { period, points: was, offered } = stored
  if (now.period === period) {
    return now.points === was ? noChanges : [{ ...stored, was, points: now.points - was, offered: 0 }]
  }
  return [
    { ...stored, was, points: -was, offered: -offered },
    { ...stored, period: now.period, was: 0, points: now.points },
  ]
}
