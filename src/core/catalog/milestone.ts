import type {
  BadgeId,
  HandWrittenRequirement,
  MilestoneId,
  Requirement,
  RequirementOf,
  RequirementType,
  TieredRequirement,
  TierId,
} from '../metrics/requirement.js'
import type { TimeWindow } from '../time/window.js'
import { freshCopy } from '../values/fresh.js'
import { type LocalizedText, mapText } from '../values/text.js'
import { type Rarity, rarityFromPoints } from './rarity.js'

/** Numbers of coins by currency. */
export type Coins = { readonly [currency: string]: number }

/** What a milestone gives when it is earned. */
export type Reward<Unlock extends string = string> = {
  /** The badge's name. Default: the milestone's title. */
  readonly badge?: LocalizedText
  /** The badge's icon. Default: the milestone's icon. */
  readonly badgeIcon?: string
  /** A whole number, at least 0. Default: 0. */
  readonly points?: number
  /** Coins by currency of the catalog, such as `{ gems: 5 }`. */
  readonly coins?: Coins
  /** Keys of the features that the badge unlocks. */
  readonly unlocks?: readonly Unlock[]
}

/** One tier of a milestone. Fields that its reward omits come from the milestone's reward. */
export type TierDefinition<Unlock extends string = string, Key extends string = string> = {
  /**
   * The name of the tier in badge ids: `posts#gold`. Never change it once badges have been awarded. Letters, digits,
   * `-`, `_`, `.` and `:`. Default: the target, so that another target is another tier.
   */
  readonly key?: Key
  readonly target: number
  /** Former ids of its badges, such as the milestone's id from before it had tiers. `apply` renames those badges. */
  readonly formerly?: readonly string[]
  /** Default: the milestone's title and the tier's key. */
  readonly title?: LocalizedText
  readonly reward?: Reward<Unlock>
}

/** How a milestone repeats: at each further multiple of its target, or in each period of its `during`. */
export type Repetition = {
  /** An ISO 8601 duration of fixed length. Completions within this time after a badge do not count. */
  readonly cooldown?: string
  /** The most badges of it that a user can have. */
  readonly max?: number
}

/** Whether a milestone that is not earned yet is hidden completely, or shown without its details. */
export type Hiding = boolean | 'until-earned'

/** Whether a badge is revoked when it no longer holds, or kept once it was earned. */
export type OnUndo = 'revoke' | 'keep'

/** Whether all earned tiers are shown, or only the highest. */
export type TierMode = 'join' | 'replace'

/** What all milestones have, with tiers or without. */
export type MilestoneBase<Id extends string = string, Unlock extends string = string, Key extends string = string> = {
  /**
   * Letters, digits, `-`, `_`, `.` and `:`. Never change it once badges have been awarded, because they are stored
   * under it.
   */
  readonly id: Id
  /**
   * Former ids of its badges. `apply` renames those badges, with their dates, points, manual decisions and
   * celebrations. For a milestone with tiers: the former id of a milestone whose tiers have the same keys.
   */
  readonly formerly?: readonly string[]
  readonly title: LocalizedText
  readonly description?: LocalizedText
  /**
   * What to do to reach it, in your own words: shown as the next step. Default: a sentence made from the requirement.
   */
  readonly hint?: LocalizedText
  /** An emoji or the address of an image. */
  readonly icon?: string
  /** Any word, to group milestones on a page. */
  readonly category?: string
  readonly reward?: Reward<Unlock>
  /** Default: by points. 100 and up legendary, 50 epic, 30 rare, otherwise common. */
  readonly rarity?: Rarity
  /**
   * An ISO 8601 duration, also in years and months (`P1Y`): how long after its date a badge is valid. An expired badge is
   * still held and keeps its points, but unlocks nothing.
   */
  readonly expiresAfter?: string
  /**
   * How many users can have its badge: the first ones, by recording. With tiers: how many can have each tier. A user who
   * loses the badge frees the place.
   */
  readonly limit?: number
  /** Badges that are needed first. */
  readonly after?: readonly BadgeId<NoInfer<Id | TierId<Id, Key>>>[]
  /** Only completions within this time count. They may arrive later. */
  readonly available?: TimeWindow
  /** No longer awarded. Users who have it keep it. */
  readonly retired?: boolean
  /**
   * What happens to its badge when completions it depends on are undone. Default: `revoke`. If levels are kept, `keep` for
   * a `level` requirement.
   */
  readonly onUndo?: OnUndo
  readonly hidden?: Hiding
}

/** One milestone of a catalog as its author writes it. */
export type MilestoneDefinition<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
  Key extends string = string,
> = MilestoneBase<Id, Unlock, Key> &
  (
    | {
        readonly requirement:
          | Requirement<NoInfer<Id | TierId<Id, Key>>, Category>
          | (string extends Id ? HandWrittenRequirement : never)
        readonly repeatable?: Repetition
        readonly tiers?: undefined
        readonly tierMode?: undefined
      }
    | {
        readonly requirement: TieredRequirement<NoInfer<Id | TierId<Id, Key>>, Category>
        /**
         * Rising targets, or falling ones if lower is better. Each is a badge of its own, named by its key: `id#gold`.
         * A number is its own key: `id#50`.
         */
        readonly tiers: readonly (number | TierDefinition<Unlock, Key>)[]
        readonly tierMode?: TierMode
        readonly repeatable?: undefined
      }
  )

/** The position of a tier among the tiers of its milestone. */
export type Tier<Id extends string = string> = {
  of: MilestoneId<Id>
  /** The name of the tier in badge ids. */
  key: string
  /** 1 is the lowest. */
  number: number
  count: number
  mode: TierMode
}

/**
 * One milestone of a checked catalog, with all defaults filled in. Each tier is a milestone of its own. Texts are in
 * one locale.
 */
export type Milestone<
  Id extends string = string,
  Unlock extends string = string,
  Kind extends RequirementType = RequirementType,
> = {
  id: BadgeId<Id>
  title: string
  description: string
  /** Empty if it has none. */
  hint: string
  /** Empty if it has none. */
  icon: string
  /** `milestone` if it has none. */
  category: string
  /** As the author wrote it, including tutorial types. */
  requirement: RequirementOf<Kind>
  reward: {
    badge: string
    /** Empty if it has none. */
    badgeIcon: string
    points: number
    /** Missing if it gives none. */
    coins?: Coins
    unlocks: Unlock[]
  }
  rarity: Rarity
  tier: Tier<Id> | null
  repeatable: Repetition | null
  /** How long a badge is valid. Null if it never expires. */
  expiresAfter: string | null
  /** How many users can have it. Null if all can. */
  limit: number | null
  after: BadgeId<Id>[]
  available: TimeWindow | null
  isRetired: boolean
  onUndo: OnUndo
  hidden: Hiding
}

/** A milestone or tier with its texts in every locale. */
export type PlainMilestone = Omit<Milestone, 'title' | 'description' | 'hint' | 'reward'> & {
  title: LocalizedText
  description: LocalizedText
  hint: LocalizedText
  reward: Omit<Milestone['reward'], 'badge'> & { badge: LocalizedText }
}

/** The category of milestones without one, and of their badges. */
export const defaultMilestoneCategory = 'milestone'

/** Expands a definition: into one milestone, or one for each of its tiers, in order. */
export function milestonesFrom(definition: MilestoneDefinition): readonly PlainMilestone[] {
  const { tiers, requirement } = definition
  if (tiers === undefined) return [milestoneFrom(definition, requirement as Requirement, {})]
  return tiers.map((tier, i) => {
    const given = typeof tier === 'number' ? { target: tier } : tier
    const key = tierKeyOf(tier)
    const place = { of: definition.id, key, number: i + 1, count: tiers.length, mode: definition.tierMode ?? 'join' }
    const tiered = { ...requirement, target: given.target } as Requirement
    return milestoneFrom(tierDefinition(definition, given, key), tiered, { id: `${definition.id}#${key}`, tier: place })
  })
}

/** Returns the name of a tier in badge ids. */
export function tierKeyOf(tier: number | Pick<TierDefinition, 'key' | 'target'>): string {
  return typeof tier === 'number' ? String(tier) : (tier.key ?? String(tier.target))
}

function tierDefinition(definition: MilestoneDefinition, tier: TierDefinition, key: string): MilestoneDefinition {
  const named = (text: LocalizedText): LocalizedText => mapText(text, words => `${words} ${wordsOf(key)}`)
  const { title, reward = {} } = definition
  const badge = tier.reward?.badge ?? tier.title ?? named(reward.badge ?? title)
  return {
    ...definition,
    title: tier.title ?? named(title),
    reward: { ...reward, ...tier.reward, badge },
  } as MilestoneDefinition
}

// The key as readable text: `all-star` becomes `All star`.
function wordsOf(key: string): string {
  const words = key.replace(/(?<=[A-Za-z])[-_]+(?=[A-Za-z])/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function milestoneFrom(
  definition: MilestoneDefinition,
  requirement: Requirement,
  { id = definition.id, tier = null }: { readonly id?: string; readonly tier?: Tier | null },
): PlainMilestone {
  const { title, description = '', hint = '', icon = '', category = defaultMilestoneCategory, reward = {} } = definition
  const points = reward.points ?? 0
  return {
    id,
    title,
    description,
    hint,
    icon,
    category,
    requirement: freshCopy(requirement) as Milestone['requirement'],
    reward: {
      badge: reward.badge ?? title,
      badgeIcon: reward.badgeIcon ?? icon,
      points,
      ...(reward.coins && { coins: { ...reward.coins } }),
      unlocks: [...new Set(reward.unlocks)],
    },
    rarity: definition.rarity ?? rarityFromPoints(points),
    tier,
    repeatable: definition.repeatable ?? null,
    expiresAfter: definition.expiresAfter ?? null,
    limit: definition.limit ?? null,
    after: [...new Set(definition.after)],
    available: definition.available ?? null,
    isRetired: definition.retired ?? false,
    onUndo: definition.onUndo ?? 'revoke',
    hidden: definition.hidden ?? false,
  }
}
