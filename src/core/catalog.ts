import { type CatalogFault, catalogFaults } from './catalog-faults.js'
import { MilepostError } from './errors.js'
import { expandRequirement } from './expand-requirement.js'
import { defaultLevelRule, type LevelRule } from './level.js'
import { type Rarity, rarityFromPoints } from './rarity.js'
import type { ExpandedRequirement, Requirement } from './requirement.js'
import { defaultTutorialCategories, type TutorialCategories } from './tutorial-requirement.js'

/** What reaching a milestone brings. */
export type Reward<Unlock extends string = string> = {
  /** The badge's name; the milestone's title when left out. */
  readonly badge?: string
  /** The badge's icon; the milestone's icon when left out. */
  readonly badgeIcon?: string
  /** Whole points >= 0; none when left out. */
  readonly points?: number
  /** Feature keys that the badge opens. */
  readonly unlocks?: readonly Unlock[]
}

/** One goal of a catalog as its author writes it. */
export type MilestoneDefinition<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = {
  /** Letters, digits, `-`, `_`, `.` and `:`; kept for ever, since badges carry it. */
  readonly id: Id
  readonly title: string
  readonly description?: string
  /** An emoji or the address of an image. */
  readonly icon?: string
  /** A free word by which pages group milestones. */
  readonly category?: string
  readonly requirement: Requirement<NoInfer<Id>, Category>
  readonly reward?: Reward<Unlock>
  /** By the points when left out: 100 and up legendary, 50 epic, 30 rare, else common. */
  readonly rarity?: Rarity
}

/** A catalog as its author writes it. */
export type CatalogDefinition<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = {
  readonly $schema?: string
  /** Every category that the app records. Where given, another one neither compiles nor is recorded. */
  readonly categories?: readonly Category[]
  /** Which categories the tutorial requirement types read. */
  readonly tutorialCategories?: Partial<TutorialCategories>
  /** Every 100 points one level when left out. */
  readonly levels?: LevelRule
  readonly milestones: readonly MilestoneDefinition<Id, Unlock, NoInfer<Category>>[]
}

/** One goal of a checked catalog, everything left out filled in. */
export type Milestone<Id extends string = string, Unlock extends string = string> = {
  readonly id: Id
  readonly title: string
  readonly description: string
  readonly icon: string | null
  readonly category: string | null
  /** As its author wrote it, tutorial types included. */
  readonly requirement: Requirement
  readonly reward: {
    readonly badge: string
    readonly badgeIcon: string | null
    readonly points: number
    readonly unlocks: readonly Unlock[]
  }
  readonly rarity: Rarity
}

declare const categoryOf: unique symbol

/** A checked catalog. Plain data: `JSON.stringify(catalog.definition)` gives a catalog that can be read again. */
export type Catalog<Id extends string = string, Unlock extends string = string, Category extends string = string> = {
  readonly milestones: readonly Milestone<Id, Unlock>[]
  readonly levels: LevelRule
  /** The declared categories, or null where any may be recorded. */
  readonly categories: readonly Category[] | null
  /** What each milestone requires, tutorial types expanded, in the order of `milestones`. */
  readonly requirements: readonly ExpandedRequirement[]
  readonly definition: CatalogDefinition
  readonly [categoryOf]?: Category
}

/**
 * Checks a catalog written in TypeScript and infers its ids, unlocks and categories as literal types.
 * @throws CATALOG_INVALID with every fault at once: its path, what is wrong, how to mend it
 * @example
 * const catalog = defineCatalog({
 *   milestones: [
 *     {
 *       id: 'first-steps',
 *       title: 'First Steps',
 *       requirement: { type: 'tutorials_completed', count: 1 },
 *       reward: { badge: 'First Steps', badgeIcon: '🎯', points: 10, unlocks: ['playground'] },
 *     },
 *   ],
 * })
 */
export function defineCatalog<
  const Id extends string = string,
  const Unlock extends string = never,
  const Category extends string = string,
>(definition: CatalogDefinition<Id, Unlock, Category>): Catalog<Id, Unlock, Category> {
  return parseCatalog(definition) as unknown as Catalog<Id, Unlock, Category>
}

/**
 * Checks a catalog that comes as data: from a JSON or YAML file, a table, a request. Its ids are plain strings.
 * @throws CATALOG_INVALID with every fault at once: its path, what is wrong, how to mend it
 */
export function parseCatalog(json: unknown): Catalog {
  const faults = catalogFaults(json)
  if (faults.length > 0) throw catalogInvalid(faults)
  const definition = structuredClone(json) as CatalogDefinition
  const tutorialCategories = { ...defaultTutorialCategories, ...definition.tutorialCategories }
  return {
    milestones: definition.milestones.map(milestoneFrom),
    levels: definition.levels ?? defaultLevelRule,
    categories: definition.categories ?? null,
    requirements: definition.milestones.map(({ requirement }) => expandRequirement(requirement, tutorialCategories)),
    definition,
  }
}

function milestoneFrom(definition: MilestoneDefinition): Milestone {
  const { id, title, description = '', icon = null, category = null, requirement, reward = {} } = definition
  const points = reward.points ?? 0
  return {
    id,
    title,
    description,
    icon,
    category,
    requirement,
    reward: {
      badge: reward.badge ?? title,
      badgeIcon: reward.badgeIcon ?? icon,
      points,
      unlocks: [...new Set(reward.unlocks)],
    },
    rarity: definition.rarity ?? rarityFromPoints(points),
  }
}

function catalogInvalid(faults: readonly CatalogFault[]): MilepostError {
  const lines = faults.map(({ path, problem, fix }) => `  ${path}: ${problem}. ${fix}`)
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  return new MilepostError('CATALOG_INVALID', `The catalog has ${count}:\n${lines.join('\n')}`, { details: { faults } })
}
