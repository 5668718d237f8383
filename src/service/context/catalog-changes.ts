import type { CompiledCatalog } from '../../core/awards/compile.js'
import type { Board } from '../../core/catalog/board.js'
import type { Catalog } from '../../core/catalog/catalog.js'
import { listNamesIn, metricsIn } from '../../core/catalog/item-lists.js'
import type { Milestone } from '../../core/catalog/milestone.js'
import { isItemList, itemKeysOf } from '../../core/metrics/item-list.js'
import type { ExpandedRequirement } from '../../core/metrics/requirement.js'
import { midnight } from '../../core/time/day-start.js'
import { canonicalJson } from '../../core/values/canonical-json.js'

/** The side of a milestone that has changed. `items`: those of a list that it names. */
export type ChangedSide = 'requirement' | 'items' | 'points' | 'reward' | 'words' | 'conditions'

/** The differences between two catalogs, independent of users. */
export type CatalogChanges = {
  milestones: {
    added: string[]
    changed: { id: string; sides: ChangedSide[] }[]
    removed: string[]
  }
  /** Names of metrics. */
  metrics: { added: string[]; removed: string[] }
  /** Boards by their ids. */
  boards: { added: string[]; changed: string[]; removed: string[] }
  hasOtherLevels: boolean
  /** Rules for points, or boosts of them. */
  hasOtherPointsRules: boolean
  hasOtherRetention: boolean
  /** Whether local days start at another time. */
  hasOtherDays: boolean
}

/** Compares two catalogs; without an earlier one, everything is added. */
export function changesBetween(before: CompiledCatalog | null, after: CompiledCatalog): CatalogChanges {
  const was = new Map(before?.catalog.milestones.map(milestone => [milestone.id, milestone]))
  const is = new Map(after.catalog.milestones.map(milestone => [milestone.id, milestone]))
  const [had, has] = [before?.catalog, after.catalog].map(itemsByMilestone)
  const both = [...is.values()].filter(({ id }) => was.has(id))
  return {
    milestones: {
      added: keysOnlyIn(is, was),
      changed: both
        .map(milestone => {
          const { id } = milestone
          const sides = changedSides(was.get(id)!, milestone)
          const hasOtherItems = sides[0] !== 'requirement' && !isSame(had!.get(id), has!.get(id))
          return { id, sides: hasOtherItems ? ['items' as const, ...sides] : sides }
        })
        .filter(({ sides }) => sides.length > 0),
      removed: keysOnlyIn(was, is),
    },
    metrics: {
      added: keysOnlyIn(after.metrics, before?.metrics ?? new Map()),
      removed: keysOnlyIn(before?.metrics ?? new Map(), after.metrics),
    },
    boards: boardChanges(before?.catalog ?? { boards: [] }, after.catalog),
    hasOtherLevels: differs(before?.catalog, after.catalog, 'levels'),
    hasOtherPointsRules:
      differs(before?.catalog, after.catalog, 'points') || differs(before?.catalog, after.catalog, 'boosts'),
    hasOtherRetention: differs(before?.catalog, after.catalog, 'retention'),
    hasOtherDays: before !== null && dayStartOf(before) !== dayStartOf(after),
  }
}

function boardChanges({ boards: before }: Pick<Catalog, 'boards'>, { boards: after }: Pick<Catalog, 'boards'>) {
  const byId = (boards: readonly Board[]): ReadonlyMap<string, Board> => new Map(boards.map(board => [board.id, board]))
  const [was, is] = [byId(before), byId(after)]
  return {
    added: keysOnlyIn(is, was),
    changed: [...is].filter(([id, board]) => was.has(id) && !isSame(was.get(id), board)).map(([id]) => id),
    removed: keysOnlyIn(was, is),
  }
}

/** Tells whether two catalogs count, judge and reward in the same way, and differ at most in their texts. */
export function isSameExceptTexts(before: CompiledCatalog, after: CompiledCatalog): boolean {
  const { milestones, hasOtherPointsRules, hasOtherRetention } = changesBetween(before, after)
  const isOnlyReworded = milestones.changed.every(({ sides }) => sides.every(side => side === 'words'))
  const hasOthers = milestones.added.length > 0 || milestones.removed.length > 0
  return (
    before.fingerprint === after.fingerprint &&
    isOnlyReworded &&
    !hasOthers &&
    !hasOtherPointsRules &&
    !hasOtherRetention
  )
}

// The contents of the lists that each milestone names.
function itemsByMilestone(catalog: Catalog | undefined): ReadonlyMap<string, readonly unknown[]> {
  if (!catalog || listNamesIn(catalog).length === 0) return new Map()
  const itemsOf = (requirement: ExpandedRequirement): readonly unknown[] =>
    metricsIn(requirement).flatMap(({ items }) => (isItemList(items) ? [itemKeysOf(items) ?? []] : []))
  return new Map(catalog.milestones.map(({ id }, order) => [id, itemsOf(catalog.requirements[order]!)]))
}

/** Returns when days start by a catalog. */
export function dayStartOf({ catalog: { definition } }: CompiledCatalog): string {
  return definition.dayStartsAt ?? midnight
}

function changedSides(before: Milestone, after: Milestone): ChangedSide[] {
  const sides: readonly (readonly [ChangedSide, (milestone: Milestone) => unknown])[] = [
    ['requirement', ({ requirement, repeatable }) => [requirement, repeatable]],
    ['points', ({ reward }) => reward.points],
    ['reward', ({ reward, rarity, expiresAfter }) => [reward.badgeIcon, reward.unlocks, rarity, expiresAfter]],
    ['words', ({ title, description, icon, category, reward }) => [title, description, icon, category, reward.badge]],
    [
      'conditions',
      ({ after: ids, available, limit, isRetired, hidden, onUndo, tier }) => [
        [ids, available, limit, isRetired, hidden, onUndo],
        tier?.mode,
      ],
    ],
  ]
  return sides.filter(([, sideOf]) => !isSame(sideOf(before), sideOf(after))).map(([side]) => side)
}

function keysOnlyIn(map: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): string[] {
  return [...map.keys()].filter(key => !other.has(key))
}

function differs(
  before: Catalog | undefined,
  after: Catalog,
  key: 'levels' | 'points' | 'boosts' | 'retention',
): boolean {
  return before !== undefined && !isSame(before[key], after[key])
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b)
}
