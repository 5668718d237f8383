import fc from 'fast-check'
import type { Requirement } from '../../src/core/metrics/requirement.js'
import type { CatalogDefinition } from '../../src/index.js'
import type { ApplyPolicy } from '../../src/store/reports/catalog-versions.js'
import {
  clockStepMs,
  completion,
  dayStart,
  input,
  item,
  listName,
  pause,
  user,
  zone,
} from './arbitraries/arbitraries.js'
import { catalogDefinition } from './arbitraries/catalog-arbitraries.js'
import { withLimits } from './arbitraries/rule-arbitraries.js'
import { type Tweak, tweak } from './catalog-tweaks.js'
import type { ModelPause } from './reference-calendar.js'
import { tierIdOf } from './reference-milestones.js'
import { badgesOf, decisionsOf, type Model, type ModelCompletion, type ModelInput } from './reference-model.js'
import { periodUnitOf } from './reference-requirement.js'

/** How a call is made: by itself, or in a transaction of the host's, and what becomes of that. */
export type Via = 'call' | 'commit' | 'rollback'

/** Something done to a service and to the model. Of a list, `pick` chooses one that is there when it is carried out. */
export type Command =
  | { readonly type: 'record'; readonly batch: readonly ModelInput[]; readonly via: Via }
  | { readonly type: 'undo'; readonly of: 'recorded' | ModelCompletion; readonly pick: number; readonly via: Via }
  | { readonly type: 'redo'; readonly pick: number }
  | { readonly type: 'award'; readonly userId: string; readonly pick: number; readonly via: Via }
  | {
      readonly type: 'revoke'
      readonly userId: string
      readonly of: 'held' | 'given' | 'any'
      readonly pick: number
      readonly via: Via
    }
  | { readonly type: 'host'; readonly row: ModelCompletion }
  | { readonly type: 'host badge'; readonly userId: string; readonly pick: number; readonly at: Date }
  | { readonly type: 'zone'; readonly userId: string; readonly zone: string }
  | { readonly type: 'day start'; readonly userId: string; readonly dayStartsAt: string | null }
  | { readonly type: 'pause'; readonly userId: string | null; readonly pause: ModelPause }
  | { readonly type: 'delete pause'; readonly pick: number }
  | { readonly type: 'freeze'; readonly userId: string; readonly key: string; readonly via: Via }
  | {
      readonly type: 'adjust'
      readonly userId: string
      readonly key: string
      readonly points: number
      readonly via: Via
    }
  | {
      readonly type: 'gems' | 'spend'
      readonly userId: string
      readonly key: string
      readonly amount: number
      readonly via: Via
    }
  | { readonly type: 'refund'; readonly userId: string; readonly key: string; readonly via: Via }
  | { readonly type: 'clock'; readonly stepMs: number }
  | { readonly type: 'apply'; readonly catalog: GivenCatalog; readonly policy: ApplyPolicy }
  | {
      readonly type: 'items'
      readonly list: string
      readonly items: readonly string[]
      readonly policy: ApplyPolicy
    }
  | { readonly type: 'erase' | 'allow return'; readonly userId: string; readonly via: Via }
  | { readonly type: 'merge'; readonly from: string; readonly into: string; readonly via: Via }
  | { readonly type: 'rename'; readonly userId: string; readonly via: Via }
  | { readonly type: 'restart'; readonly pick: number }
  | { readonly type: 'check' | 'rebuild' }

/** A catalog to apply: a new one, one that was there before, or the present one with something changed. */
export type GivenCatalog =
  | { readonly of: 'new'; readonly definition: CatalogDefinition }
  | { readonly of: 'earlier'; readonly pick: number }
  | { readonly of: 'present'; readonly tweak: Tweak }

const via = fc.constantFrom<Via>('call', 'call', 'commit', 'rollback')
const pick = fc.nat({ max: 200 })

const batch = fc.oneof(
  { weight: 2, arbitrary: fc.array(input, { minLength: 1, maxLength: 12, size: 'max' }) },
  // Of a few, so that targets are crossed one after the other, with commands in between.
  { weight: 1, arbitrary: fc.array(input, { minLength: 1, maxLength: 2, size: 'max' }) },
  // Each said twice in the same words.
  {
    weight: 1,
    arbitrary: fc
      .array(input, { minLength: 1, maxLength: 3, size: 'max' })
      .map(list => [...list, ...list.map(given => ({ ...given }))]),
  },
)

const givenCatalog: fc.Arbitrary<GivenCatalog> = fc.oneof(
  fc.record({ of: fc.constant('new' as const), definition: withLimits(catalogDefinition) }),
  fc.record({ of: fc.constant('earlier' as const), pick }),
  { weight: 2, arbitrary: fc.record({ of: fc.constant('present' as const), tweak }) },
)

/** Any command, recording more often than others. */
export const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('record' as const),
      batch,
      via,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('undo' as const),
      of: fc.oneof({ weight: 7, arbitrary: fc.constant('recorded' as const) }, { weight: 1, arbitrary: completion }),
      pick,
      via,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('redo' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('award' as const), userId: user, pick, via }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('revoke' as const),
      userId: user,
      of: fc.constantFrom('held' as const, 'held' as const, 'given' as const, 'any' as const),
      pick,
      via,
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('host' as const), row: completion }) },
  {
    weight: 1,
    arbitrary: fc
      .record({ type: fc.constant('host badge' as const), pick, row: completion })
      .map(({ row, ...given }) => ({ ...given, userId: row.userId, at: row.completedAt })),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('zone' as const), userId: user, zone }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('day start' as const),
      userId: user,
      dayStartsAt: fc.oneof(fc.constant(null), dayStart),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('pause' as const), userId: fc.constantFrom('ann', 'bob', null), pause }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete pause' as const), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('freeze' as const),
      userId: user,
      key: fc.constantFrom('a', 'b', 'c'),
      via,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('adjust' as const),
      userId: user,
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      points: fc.constantFrom(5, 20, 60, 150, -5, -20, -60),
      via,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('gems' as const, 'spend' as const, 'spend' as const),
      userId: user,
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      amount: fc.constantFrom(1, 2, 4, 10),
      via,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('refund' as const),
      userId: user,
      key: fc.constantFrom('a', 'b', 'c'),
      via,
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('clock' as const), stepMs: clockStepMs }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('apply' as const),
      catalog: givenCatalog,
      policy: fc.constantFrom<ApplyPolicy>('keep', 'recompute', 'recompute', 'reprice'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('items' as const),
      list: listName,
      items: fc.uniqueArray(item, { maxLength: 4 }),
      policy: fc.constantFrom<ApplyPolicy>('keep', 'keep', 'recompute', 'reprice'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('erase' as const, 'allow return' as const), userId: user, via }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ type: fc.constant('merge' as const), from: user, via })
      .map(given => ({ ...given, into: given.from === 'ann' ? 'bob' : 'ann' })),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('rename' as const), userId: user, via }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('restart' as const), pick }) },
  { weight: 1, arbitrary: fc.constantFrom('check' as const, 'rebuild' as const).map(type => ({ type })) },
)

/** Chooses of a list, undefined where it is empty. */
export function picked<Item>(list: readonly Item[], pick: number): Item | undefined {
  return list[pick % list.length]
}

// Two in which there may be completions, and one that is none.
const periodsAround = {
  day: ['2026-03-24', '2026-03-25', '2026-02-29'],
  week: ['2026-W13', '2026-W14', '2026-W54'],
  month: ['2026-03', '2026-04', '2026-13'],
  year: ['2025', '2026', '26'],
} as const

/** The ids of badges that a catalog may have, and some that it lacks. */
export function badgeIdsAround({ milestones }: CatalogDefinition): readonly string[] {
  const ids = milestones.flatMap(({ id, tiers, repeatable, requirement }) => {
    if (tiers) return [...tiers.map((_, i) => tierIdOf({ id, tiers }, i)), `${id}#gone`]
    const unit = repeatable && periodUnitOf(requirement as Requirement)
    if (unit) return periodsAround[unit].map(label => `${id}@${label}`)
    return repeatable ? [`${id}@1`, `${id}@2`, `${id}@3`, `${id}@4`] : [id, id, `${id}@1`]
  })
  return [...ids, 'unknown']
}

/** The id of the badge that a revocation is about. */
export function revokedId(model: Model, { userId, of, pick }: Extract<Command, { type: 'revoke' }>): string {
  const decisions = decisionsOf(model, userId)
  const held = badgesOf(model, userId).map(({ id }) => id)
  const given = held.filter(id => decisions.get(id) === 'awarded')
  const lists = { held, given, any: badgeIdsAround(model.definition) }
  return picked(lists[of], pick) ?? picked(lists.any, pick)!
}
