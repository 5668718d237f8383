import { badgeIdParts } from '../catalog/badge-id.js'
import { isCurrency, rewardPointsLimit } from '../catalog/catalog-schema.js'
import { type Coins, defaultMilestoneCategory, type PlainMilestone } from '../catalog/milestone.js'
import { type Rarity, rarities, rarityFromPoints } from '../catalog/rarity.js'
import { isMetricRequirement, kindOf } from '../metrics/kinds.js'
import type { BadgeId } from '../metrics/requirement.js'
import { endOfLasting } from '../time/lasting.js'
import { hiddenProperty } from '../values/hidden-property.js'
import type { Metadata } from '../values/metadata.js'
import { type LocalizedText, textIn } from '../values/text.js'

/** The completion that earned a badge when it was recorded. */
export type AwardedBy = { category: string; itemKey: string }

/** The manually awarded badge that is the cause of a badge: the badge itself, or another one. */
export type AwardedManually = { readonly badgeByHand: string }

/** What a user holds for a milestone, as it was when awarded. Later changes to the catalog do not change it. */
export type Badge<Id extends string = string, Unlock extends string = string> = {
  /** The milestone's id; `id#gold` for a tier, by its key; `id@2` for the second time it was reached. */
  id: BadgeId<Id>
  name: string
  /** Empty if it has none. */
  icon: string
  description: string
  /** The category of the milestone; `milestone` if it has none. */
  category: string
  rarity: Rarity
  points: number
  /** The coins that it gave, by currency. Missing if it gave none. */
  coins?: Coins
  unlocks: Unlock[]
  /** When the requirement first held, by the completions stored at that time. Not when this was noticed. */
  earnedAt: Date
  /** When it expires: it is then still held and keeps its points, but unlocks nothing. Null if it never does. */
  expiresAt: Date | null
  /**
   * null if no recorded completion earned it: awarded manually, found by `checkAndAwardMilestones`, or inserted by the
   * app.
   */
  awardedBy: AwardedBy | null
  /** The badge of the tier below, which is not shown together with this one. Null if all tiers are shown. */
  replaces: BadgeId<Id> | null
}

/** A badge as a row of `user_progress`. */
export type BadgeRow = { readonly itemKey: string; readonly metadata: Metadata; readonly completedAt: Date }

/**
 * Returns the content of a milestone's badge, with the keys that existing services use. `locale`: the locale of its
 * plain texts. `replaces`: the badge of the tier below, if it is not to be shown together with this one.
 */
export function badgeContent(
  milestone: PlainMilestone,
  { locale, replaces }: { readonly locale: string; readonly replaces: string | null },
): Metadata {
  const { badge, badgeIcon, points, coins, unlocks } = milestone.reward
  const { description, category, rarity, tier, expiresAfter } = milestone
  const plain = {
    badge: textIn(badge, locale, locale),
    badgeIcon,
    description: textIn(description, locale, locale),
    category,
    rarity,
    points,
    ...(coins && { coins }),
    unlocks,
  }
  const isLocalized = typeof badge === 'object' || typeof description === 'object'
  return {
    ...plain,
    ...(isLocalized && { texts: { locale, badge, description } }),
    ...(tier && {
      tier: { target: targetIn(milestone), mode: tier.mode, ...(tiersFall(milestone) && { isFalling: true }) },
    }),
    ...(replaces !== null && { replaces }),
    ...(expiresAfter !== null && { expiresAfter }),
  }
}

function targetIn({ requirement }: PlainMilestone): number {
  return 'target' in requirement ? (requirement.target ?? 0) : 0
}

function tiersFall({ requirement }: PlainMilestone): boolean {
  return isMetricRequirement(requirement) && kindOf(requirement).direction === 'falling'
}

/**
 * Adds to a badge's content what earned it. Null if the badge was only found by counting: it is then not listed for
 * celebration.
 */
export function badgeMetadata(content: Metadata, awardedBy: AwardedBy | AwardedManually | null): Metadata {
  return awardedBy ? { ...content, awardedBy } : content
}

/** Lists the content that a badge's row lacks or that cannot be read. Empty for rows that Milepost wrote. */
export function lackingIn(metadata: Metadata): readonly string[] {
  const { points, rarity, unlocks } = metadata
  const lacking = textKeys.filter(key => textAt(metadata, key) === undefined)
  if (points !== 0 && pointsIn(metadata) === 0) lacking.push('points')
  if (!rarities.some(known => known === rarity)) lacking.push('rarity')
  if (!Array.isArray(unlocks)) lacking.push('unlocks')
  return lacking
}

const textKeys = ['badge', 'badgeIcon', 'description', 'category']

/** Returns the content that a milestone can add to an incomplete badge row, or nothing. */
export function fillingOf(lacking: readonly string[], content: Metadata): Metadata {
  const known = Object.entries(content).filter(([key, value]) => lacking.includes(key) && value !== undefined)
  if (known.length === 0) return {}
  const { tier, texts, expiresAfter, coins } = content
  const isUnnamed = lacking.includes('badge') && lacking.includes('description')
  return {
    ...Object.fromEntries(known),
    ...(tier !== undefined && { tier }),
    ...(lacking.includes('points') && coins !== undefined && { coins }),
    ...(lacking.includes('unlocks') && expiresAfter !== undefined && { expiresAfter }),
    ...(isUnnamed && texts !== undefined && { texts }),
  }
}

/** Reads a badge's row. Missing content is read as: the id as name, no points, no unlocks. */
export function badgeFromRow({ itemKey, metadata, completedAt }: BadgeRow, locale?: string): Badge {
  const points = pointsIn(metadata)
  const coins = coinsIn(metadata)
  const badge: Badge = {
    id: itemKey,
    name: worded(metadata, 'badge', locale) ?? itemKey,
    icon: textAt(metadata, 'badgeIcon') ?? '',
    description: worded(metadata, 'description', locale) ?? '',
    category: textAt(metadata, 'category') ?? defaultMilestoneCategory,
    rarity: rarities.find(rarity => rarity === metadata.rarity) ?? rarityFromPoints(points),
    points,
    ...(coins && { coins }),
    unlocks: Array.isArray(metadata.unlocks) ? metadata.unlocks.filter(unlock => typeof unlock === 'string') : [],
    earnedAt: new Date(completedAt),
    expiresAt: endOfLasting(metadata.expiresAfter, completedAt),
    awardedBy: awardedByIn(metadata),
    replaces: textAt(metadata, 'replaces') ?? null,
  }
  const step = tierStepIn(metadata)
  if (step) tierStep.set(badge, step)
  return badge
}

/** Tells whether a badge has expired at an instant. */
export function hasExpired({ expiresAt }: Pick<Badge, 'expiresAt'>, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now
}

/** Lists what badges unlock at an instant, each feature once. */
export function unlocksOf<Unlock extends string>(
  badges: readonly Pick<Badge<string, Unlock>, 'unlocks' | 'expiresAt'>[],
  now: Date,
): Unlock[] {
  return [...new Set(badges.flatMap(badge => (hasExpired(badge, now) ? [] : badge.unlocks)))]
}

/** Returns a badge under its new ids, its own and that of the tier below. Everything else stays. */
export function renamedBadge(badge: Badge, nameNow: (id: string) => string): Badge {
  const step = tierStep.get(badge)
  const named = { ...badge, id: nameNow(badge.id), replaces: badge.replaces && nameNow(badge.replaces) }
  if (step) tierStep.set(named, step)
  return named
}

/** The position of a tier among the tiers of its milestone when its badge was awarded. A higher rank is harder. */
type TierStep = { readonly rank: number; readonly mode: unknown }

// Hidden in the badge: the position changes with the catalog, and a page only needs to know which badges are shown.
const tierStep = hiddenProperty<Badge, TierStep>('tier step')

/**
 * Leaves out badges for which a higher tier is shown: one that was awarded to replace those below. The targets decide
 * which tier is higher (the lower target if lower is better), so that adding or removing a tier in front changes
 * nothing.
 */
export function shownBadges(badges: readonly Badge[]): Badge[] {
  const highest = new Map<string, number>()
  const replaced = new Set<string>()
  for (const badge of badges) {
    const step = tierStep.get(badge)
    if (badge.replaces !== null) replaced.add(badge.replaces)
    if (step?.mode !== 'replace') continue
    const { milestoneId } = badgeIdParts(badge.id)
    highest.set(milestoneId, Math.max(step.rank, highest.get(milestoneId) ?? step.rank))
  }
  return badges.filter(badge => {
    const step = tierStep.get(badge)
    if (replaced.has(badge.id)) return false
    return !step || step.rank >= (highest.get(badgeIdParts(badge.id).milestoneId) ?? step.rank)
  })
}

function tierStepIn({ tier }: Metadata): TierStep | undefined {
  const { target, mode, isFalling } = (tier ?? {}) as { target?: unknown; mode?: unknown; isFalling?: unknown }
  return typeof target === 'number' ? { rank: isFalling === true ? -target : target, mode } : undefined
}

// A row that the host inserted may contain anything here. Only numbers that a reward could have count.
function pointsIn(metadata: Metadata): number {
  const { points } = metadata
  return typeof points === 'number' && Number.isInteger(points) && points > 0 && points <= rewardPointsLimit
    ? points
    : 0
}

// Of a row that the host inserted, only what a reward could have.
function coinsIn({ coins }: Metadata): Coins | undefined {
  if (typeof coins !== 'object' || coins === null) return undefined
  const sound = Object.entries(coins).filter(([name, points]) => isCurrency.test(name) && pointsIn({ points }) > 0)
  return sound.length > 0 ? (Object.fromEntries(sound) as Coins) : undefined
}

function worded(metadata: Metadata, key: 'badge' | 'description', locale: string | undefined): string | undefined {
  const { texts } = metadata as { readonly texts?: { readonly locale?: unknown; readonly [key: string]: unknown } }
  const text = texts?.[key]
  if (locale === undefined || typeof texts?.locale !== 'string' || !isText(text)) return textAt(metadata, key)
  return textIn(text, locale, texts.locale)
}

function isText(value: unknown): value is LocalizedText {
  if (typeof value !== 'object' || value === null) return typeof value === 'string'
  const words = Object.values(value)
  return words.length > 0 && words.every(word => typeof word === 'string')
}

function textAt(metadata: Metadata, key: string): string | undefined {
  const value = metadata[key]
  return typeof value === 'string' ? value : undefined
}

function awardedByIn(metadata: Metadata): AwardedBy | null {
  const by = metadata.awardedBy as Partial<AwardedBy> | null | undefined
  if (typeof by?.category !== 'string' || typeof by.itemKey !== 'string') return null
  return { category: by.category, itemKey: by.itemKey }
}
