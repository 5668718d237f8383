import type { CompiledPointsRule } from '../catalog/points-rule.js'
import type { Countable } from '../metrics/metric.js'
import { labelsAround } from '../metrics/part-counting.js'
import type { Calendar } from '../time/calendar.js'
import {
  type Bucket,
  bucketsOf,
  isItem,
  type Offer,
  type OfferTerms,
  type RuleUse,
  takeShare,
  unused,
  wholeRule,
} from './limits.js'

/** A part of a rule whose completions share a limit. */
export type RuleBucket = { readonly source: string; readonly bucket: Bucket }

/** What one points rule gives for one completion. `period`: that of its cap, empty without one. */
export type CompletionGain = {
  readonly source: string
  readonly period: string
  readonly points: number
  /** Set if the rule gives coins. */
  readonly currency?: string
} & Partial<Offer>

/**
 * What was given in a part of a rule. `offered`, `lowestCap` and `lastAt` are taken over all its offers; `paidAt` is
 * the time of the latest one that gave points.
 */
export type BucketGains = {
  readonly points: number
  readonly offered: number
  readonly lowestCap: number | null
  readonly lastAt: Date
  readonly paidAt: Date | null
}

/** What rules know about a user: the calendar, and what rules with limits have given, by source and part. */
export type GainView = {
  readonly calendar: Calendar
  readonly gained: ReadonlyMap<string, ReadonlyMap<Bucket, BucketGains>>
}

/** Rules by the category that they apply to. */
export type RulesByCategory = ReadonlyMap<string, readonly CompiledPointsRule[]>

/**
 * Works out what completions of one user offer and are worth, one after the other: limits leave them what earlier ones
 * did not take.
 */
export function gainsOf(
  rules: RulesByCategory,
  completions: readonly Countable[],
  { calendar, gained }: GainView,
): readonly (readonly CompletionGain[])[] {
  const uses = new Map<string, RuleUse>()
  const usageOf = (source: string): RuleUse => {
    const use = uses.get(source) ?? usageFrom(gained.get(source))
    uses.set(source, use)
    return use
  }
  return completions.map(completion =>
    (rules.get(completion.category) ?? []).flatMap((rule): readonly CompletionGain[] => {
      const { offered, times } = rule.offerOf(completion, calendar)
      if (offered === 0) return []
      const terms = termsOf(rule, completion, times)
      const { cap } = rule
      const cause = { source: rule.source, ...(rule.currency !== undefined && { currency: rule.currency }) }
      if (cap === null && terms === null) return [{ ...cause, period: '', points: offered }]
      const offer = { offered, cap: cap?.points ?? null, terms }
      const { completedAt } = completion
      const share = takeShare(usageOf(rule.source), { ...offer, unit: cap?.per ?? null }, { completedAt, calendar })
      return [{ ...cause, period: share.period, points: share.points, ...offer }]
    }),
  )
}

function termsOf({ take, cooldownMs, itemOf }: CompiledPointsRule, completion: Countable, times: number) {
  if (take === null && cooldownMs === 0 && times === 1) return null
  return {
    ...(take && { item: itemOf(completion), take }),
    ...(cooldownMs > 0 && { cooldown: cooldownMs }),
    ...(times !== 1 && { times }),
  } satisfies OfferTerms
}

function usageFrom(buckets: ReadonlyMap<Bucket, BucketGains> = new Map()): RuleUse {
  const use = unused()
  for (const [bucket, { offered, points, paidAt }] of buckets) {
    if (offered === 0) continue
    if (bucket === wholeRule) use.paidAt = paidAt?.getTime() ?? null
    else if (isItem(bucket)) use.items.set(bucket, points)
    else use.periods.set(bucket, points)
  }
  return use
}

/** A completion's gains, and when it happened. */
export type DatedGains = { readonly completedAt: Date; readonly gains: readonly CompletionGain[] }

/**
 * Tells whether new completions may take points from those recorded earlier. They do if they come before one that gave
 * points and has a limit in common, or near a change of time zone, where they may move later ones to another day. Then
 * only the history shows what each is worth. `lastAt`: the time of the latest completion that was worth something, or
 * null.
 */
export function takesRoom(fresh: readonly DatedGains[], view: GainView & Latest): boolean {
  if (fresh.some(completion => isLateNearChange(completion, view))) return true
  const { gained } = view
  if (gained.size === 0) return false
  const capped = new Map<string, { offered: number; lowestCap: number; isLate: boolean }>()
  for (const { completedAt, gains } of fresh) {
    for (const { source, offered = 0, cap, ...gain } of gains) {
      for (const bucket of bucketsOf(gain)) {
        const before = gained.get(source)?.get(bucket)
        if (!before || before.offered === 0) continue
        const isLate = before.paidAt !== null && completedAt <= before.paidAt
        const isCap = bucket !== wholeRule && !isItem(bucket)
        if (isLate && !isCap) return true
        if (!isCap) continue
        const name = `${source} ${bucket}`
        const known = capped.get(name)
        capped.set(name, {
          offered: (known?.offered ?? before.offered) + offered,
          lowestCap: Math.min(known?.lowestCap ?? before.lowestCap ?? Infinity, cap ?? Infinity),
          isLate: (known?.isLate ?? false) || isLate,
        })
      }
    }
  }
  // A cap that is high enough for all offers takes nothing from any of them.
  return [...capped.values()].some(({ isLate, offered, lowestCap }) => isLate && offered > lowestCap)
}

type Latest = { readonly lastAt: Date | null }

function isLateNearChange(
  { completedAt, gains }: DatedGains,
  { calendar, gained, lastAt }: GainView & Latest,
): boolean {
  const capped = gains.filter(({ period }) => period !== '' && period !== 'ever')
  if (capped.length === 0 || !calendar.isNearChange(completedAt.getTime())) return false
  if (lastAt && completedAt < lastAt) return true
  return capped.some(({ source }) => [...(gained.get(source)?.values() ?? [])].some(day => completedAt < day.lastAt))
}

/** Tells whether the order in time of some completions decides what each of them gives, besides their caps. */
export function dependsOnOrder(gains: readonly { readonly terms?: OfferTerms | null | undefined }[]): boolean {
  return gains.some(({ terms }) => terms?.item !== undefined || terms?.cooldown !== undefined)
}

/** Lists the parts of rules needed to work out a completion's gains. */
export function limitsOf(rules: RulesByCategory, completion: Countable): readonly RuleBucket[] {
  return (rules.get(completion.category) ?? []).flatMap(({ source, cap, take, cooldownMs, itemOf, isOffered }) => {
    if ((cap === null && take === null && cooldownMs === 0) || !isOffered(completion)) return []
    const buckets = [
      ...(cap === null ? [] : cap.per === 'ever' ? [cap.per] : labelsAround(cap.per, completion.completedAt)),
      ...(take === null ? [] : [itemOf(completion)]),
      ...(cooldownMs === 0 ? [] : [wholeRule]),
    ]
    return buckets.map(bucket => ({ source, bucket }))
  })
}
