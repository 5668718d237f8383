import { expandRequirement } from '../metrics/expand-requirement.js'
import type { ExpandedRequirement, RequirementType, TierId } from '../metrics/requirement.js'
import { defaultTutorialCategories, type TutorialCategories } from '../metrics/tutorial-requirement.js'
import { MilepostError } from '../values/errors.js'
import { unreadWords } from '../values/invalid.js'
import { defaultLocale, textIn } from '../values/text.js'
import type { Board } from './board.js'
import type { Boost } from './boost.js'
import { type CatalogFault, catalogFaults } from './catalog-faults.js'
import type { Labels } from './labels.js'
import { defaultLevelRule, type LevelRule } from './level.js'
import { type Milestone, type MilestoneDefinition, milestonesFrom, type PlainMilestone } from './milestone.js'
import type { PointsRule } from './points-rule.js'
import type { RetentionRule } from './retention.js'

/** A catalog as its author writes it. */
export type CatalogDefinition<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
  Key extends string = string,
> = {
  readonly $schema?: string
  /** The language of plain texts (BCP 47), and the fallback for texts by locale. Default: `en`. */
  readonly locale?: string
  /** All categories that the app records. If set, other categories do not compile and are refused. */
  readonly categories?: readonly Category[]
  /** When local days start, by the user's clock: from `00:00` (default) to `12:00`. Users can have their own. */
  readonly dayStartsAt?: string
  /** Which categories the tutorial requirement types read. */
  readonly tutorialCategories?: Partial<TutorialCategories>
  /**
   * Words for categories and metadata properties, used in all sentences about requirements. Default: made from their
   * names, in English.
   */
  readonly labels?: Labels
  /** Default: one level per 100 points. */
  readonly levels?: LevelRule
  /** Names of coins, such as `gems`, which rewards and rules give and users spend. Points are never spent. */
  readonly currencies?: readonly string[]
  /** Points for completions themselves, without a milestone. */
  readonly points?: readonly PointsRule<NoInfer<Category>>[]
  /** Times in which completions give more points. */
  readonly boosts?: readonly Boost<NoInfer<Category>>[]
  /**
   * How long completions are kept, by category. Older ones are folded: replaced by what was counted from them. Takes effect
   * when the catalog is applied. Default: for ever.
   */
  readonly retention?: readonly RetentionRule<NoInfer<Category>>[]
  /** Leaderboards besides that of all points, and those of points in a week or month in UTC. */
  readonly boards?: readonly Board<NoInfer<Category>>[]
  readonly milestones: readonly MilestoneDefinition<Id, Unlock, NoInfer<Category>, Key>[]
}

declare const categoryOf: unique symbol
declare const traitsOf: unique symbol

/** What the types of results depend on besides names, as `defineCatalog` infers it. */
export type CatalogTraits = {
  /** With `{ every }`, every level has a next level. */
  readonly levels: LevelRule
  readonly requirement: RequirementType
  /** `never` if no milestone is a placeholder until it is earned. */
  readonly hidden: 'until-earned'
}

/** A checked catalog. Plain data: `JSON.stringify(catalog.definition)` gives a catalog that can be read again. */
export type Catalog<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
  Traits extends CatalogTraits = CatalogTraits,
> = {
  /** All milestones, including hidden and retired ones, each tier separately. Texts are in the catalog's own locale. */
  readonly milestones: readonly Milestone<Id, Unlock>[]
  readonly locale: string
  readonly levels: LevelRule
  readonly currencies: readonly string[]
  readonly points: readonly PointsRule[]
  readonly boosts: readonly Boost[]
  readonly retention: readonly RetentionRule[]
  readonly boards: readonly Board[]
  /** The declared categories. Null if any category may be recorded. */
  readonly categories: readonly Category[] | null
  /** What each milestone requires, tutorial types expanded, in the order of `milestones`. */
  readonly requirements: readonly ExpandedRequirement[]
  readonly definition: CatalogDefinition
  readonly [categoryOf]?: Category
  readonly [traitsOf]?: Traits
}

/**
 * Checks a catalog written in TypeScript and infers its ids, unlocks and categories as literal types.
 * @throws CATALOG_INVALID with all faults at once: the path, what is wrong and how to fix it
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
  const Key extends string = never,
  const Levels extends LevelRule = { readonly every: number },
  const Kind extends RequirementType = never,
  const Hidden extends 'until-earned' = never,
>(
  definition: Omit<CatalogDefinition<Id, Unlock, Category, Key>, 'levels' | 'milestones'> & {
    readonly levels?: Levels
    readonly milestones: readonly (MilestoneDefinition<Id, Unlock, NoInfer<Category>, Key> &
      CatalogTraitsOf<Kind, Hidden>)[]
  },
): Catalog<Id | TierId<Id, Key>, Unlock, Category, { levels: Levels; requirement: Kind; hidden: Hidden }> {
  return parseCatalog(definition) as never
}

/** The fields of a milestone from which the compiler infers the traits of a catalog. */
export type CatalogTraitsOf<Kind = RequirementType, Hidden = unknown> = {
  readonly requirement: { readonly type: Kind }
  readonly hidden?: Hidden | boolean
}

/**
 * Checks a catalog that comes as data: from a JSON or YAML file, a table or a request. Its ids are plain strings.
 * @throws CATALOG_INVALID with all faults at once: the path, what is wrong and how to fix it
 */
export function parseCatalog(json: unknown): Catalog {
  const definition = checkedDefinition(json)
  const locale = definition.locale ?? defaultLocale
  const tutorialCategories = { ...defaultTutorialCategories, ...definition.tutorialCategories }
  const milestones = milestonesOf(definition)
  return {
    milestones: milestones.map(milestone => worded(milestone, locale, locale)),
    locale,
    levels: definition.levels ?? defaultLevelRule,
    currencies: [...new Set(definition.currencies)],
    points: definition.points ?? [],
    boosts: definition.boosts ?? [],
    retention: definition.retention ?? [],
    boards: definition.boards ?? [],
    categories: definition.categories ?? null,
    requirements: milestones.map(({ requirement }) => expandRequirement(requirement, tutorialCategories)),
    definition,
  }
}

function checkedDefinition(json: unknown): CatalogDefinition {
  let faults: readonly CatalogFault[]
  try {
    faults = catalogFaults(json)
    if (faults.length === 0) return structuredClone(json) as CatalogDefinition
  } catch (error) {
    // A getter or proxy in the input may throw anything.
    faults = [{ path: 'catalog', problem: unreadWords(error), fix: 'Give plain data, such as JSON.' }]
  }
  throw catalogInvalid(faults)
}

/** Lists a catalog's milestones with their texts in a locale, in the order of `milestones`. */
export function milestonesIn(catalog: Catalog, locale: string): readonly Milestone[] {
  return plainMilestones(catalog).map(milestone => worded(milestone, locale, catalog.locale))
}

/** Lists a catalog's milestones with their texts in every locale, in the order of `milestones`. */
export function plainMilestones(catalog: Catalog): readonly PlainMilestone[] {
  return milestonesOf(catalog.definition)
}

function milestonesOf({ milestones, levels }: CatalogDefinition): readonly PlainMilestone[] {
  return (levels?.keep ? milestones.map(keptWithLevel) : milestones).flatMap(milestonesFrom)
}

// A level that is kept keeps its badge.
function keptWithLevel(milestone: MilestoneDefinition): MilestoneDefinition {
  const { requirement, onUndo } = milestone
  return requirement.type === 'level' && onUndo === undefined ? { ...milestone, onUndo: 'keep' } : milestone
}

function worded(milestone: PlainMilestone, locale: string, fallback: string): Milestone {
  const { title, description, hint, reward } = milestone
  return {
    ...milestone,
    title: textIn(title, locale, fallback),
    description: textIn(description, locale, fallback),
    hint: textIn(hint, locale, fallback),
    reward: { ...reward, badge: textIn(reward.badge, locale, fallback) },
  }
}

function catalogInvalid(faults: readonly CatalogFault[]): MilepostError {
  const lines = faults.map(({ path, problem, fix }) => `  ${path}: ${problem}. ${fix}`)
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  return new MilepostError('CATALOG_INVALID', `The catalog has ${count}:\n${lines.join('\n')}`, { details: { faults } })
}
