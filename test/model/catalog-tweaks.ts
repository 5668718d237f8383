import fc from 'fast-check'
import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'
import type { MilestoneDefinition } from '../../src/core/catalog/milestone.js'
import type { PointsRule } from '../../src/core/catalog/points-rule.js'
import { withLimit } from './arbitraries/rule-arbitraries.js'
import { tierIdOf } from './reference-milestones.js'

/** One change of a catalog: of a milestone of it, chosen by `pick`, or of all. */
export type Tweak = {
  readonly type:
    | 'points'
    | 'harder'
    | 'retired'
    | 'kept'
    | 'expiry'
    | 'limit'
    | 'hidden'
    | 'gone'
    | 'tier in front'
    | 'tier out'
    | 'renamed'
    | 'tiers instead'
    | 'other keys'
    | 'levels'
    | 'day start'
    | 'rules'
    | 'words'
    | 'nothing'
  readonly pick: number
  readonly points: number
}

export const tweak: fc.Arbitrary<Tweak> = fc.record({
  type: fc.constantFrom<Tweak['type']>(
    'points',
    'points',
    'harder',
    'harder',
    'retired',
    'kept',
    'expiry',
    'limit',
    'limit',
    'hidden',
    'gone',
    'tier in front',
    'tier in front',
    'tier out',
    'renamed',
    'renamed',
    'tiers instead',
    'other keys',
    'levels',
    'day start',
    'rules',
    'words',
    'nothing',
  ),
  pick: fc.nat({ max: 200 }),
  points: fc.constantFrom(0, 5, 30, 60),
})

/** The catalog with the change in it. */
export function tweaked(definition: CatalogDefinition, { type, pick, points }: Tweak): CatalogDefinition {
  const { milestones } = definition
  const at = milestones.length > 0 ? pick % milestones.length : -1
  const withOne = (change: (milestone: MilestoneDefinition) => object): CatalogDefinition => ({
    ...definition,
    milestones: milestones.map((given, i) => (i === at ? { ...given, ...change(given) } : given)),
  })
  switch (type) {
    case 'points':
      return withOne(({ reward }) => ({ reward: { ...reward, points } }))
    case 'harder':
      return withOne(harder)
    case 'retired':
      return withOne(({ retired }) => ({ retired: !retired }))
    case 'kept':
      return withOne(({ onUndo }) => ({ onUndo: onUndo === 'keep' ? 'revoke' : 'keep' }))
    case 'expiry':
      return withExpiry(definition, at)
    case 'limit':
      return {
        ...definition,
        milestones: milestones.map((given, i) => (i === at ? withLimit(given, [undefined, 1, 2][pick % 3]) : given)),
      }
    case 'hidden':
      return withOne(({ hidden }) => ({ hidden: !hidden }))
    // The last: none requires it.
    case 'gone':
      return { ...definition, milestones: milestones.slice(0, -1) }
    case 'tier in front':
      return withTiered(definition, pick, withFront)
    case 'tier out':
      return withTiered(definition, pick, (milestone, tiers) => withoutOne(definition, milestone, tiers))
    // The last: none requires it.
    case 'renamed':
      return withLast(definition, renamed)
    case 'tiers instead':
      return withLast(definition, inTiers)
    case 'other keys':
      return withLast(definition, withOtherKeys)
    case 'day start':
      return { ...definition, dayStartsAt: definition.dayStartsAt === '04:00' ? '00:00' : '04:00' }
    case 'levels':
      return { ...definition, levels: { every: 5 + points, keep: pick % 2 === 0 } }
    case 'rules':
      return withOtherRules(definition, { pick, points })
    case 'words':
      return withOne(() => ({ title: 'Another', description: 'By other words' }))
    case 'nothing':
      return definition
  }
}

function withExpiry(definition: CatalogDefinition, at: number): CatalogDefinition {
  const milestones = definition.milestones.map((given, i) => {
    const { expiresAfter, ...rest } = given
    if (i !== at) return given
    return (expiresAfter === 'P10D' ? rest : { ...rest, expiresAfter: 'P10D' }) as MilestoneDefinition
  })
  return { ...definition, milestones }
}

const otherLimits: readonly Partial<PointsRule>[] = [
  {},
  { cap: { per: 'day', points: 60 } },
  { cap: { per: 'week', points: 90 } },
  { cap: { per: 'ever', points: 100 }, cooldown: 'PT12H' },
  { per: 'lang', once: true },
  { per: 'lang', take: 'best', cap: { per: 'day', points: 60 } },
  { cooldown: 'P1D' },
]

// The same completions give otherwise, so that what was offered before meets other limits.
function withOtherRules(
  definition: CatalogDefinition,
  { pick, points }: Pick<Tweak, 'pick' | 'points'>,
): CatalogDefinition {
  const { points: rules = [] } = definition
  if (points === 0) return { ...definition, points: [], boosts: [] }
  const given: readonly PointsRule[] = rules.length > 0 ? rules : [{ category: 'tutorial', points }]
  return {
    ...definition,
    points: given.map(({ category, where }, i) => {
      return { category, ...(where && { where }), points, ...otherLimits[(pick + i) % otherLimits.length] }
    }),
  }
}

function withLast(
  definition: CatalogDefinition,
  change: (last: MilestoneDefinition) => MilestoneDefinition,
): CatalogDefinition {
  const { milestones } = definition
  const last = milestones.at(-1)
  return last ? { ...definition, milestones: [...milestones.slice(0, -1), change(last)] } : definition
}

function renamed(last: MilestoneDefinition): MilestoneDefinition {
  // A former id is said in one place alone.
  const tiers = last.tiers?.map(tier => {
    if (typeof tier === 'number' || !tier.formerly?.includes(last.id)) return tier
    const { formerly: _, ...rest } = tier
    return rest
  })
  return { ...last, ...(tiers && { tiers }), id: `${last.id}x`, formerly: [last.id] } as MilestoneDefinition
}

function inTiers(last: MilestoneDefinition): MilestoneDefinition {
  const { requirement, tiers, repeatable: _, ...rest } = last
  const isOpen = ['count', 'total', 'streak'].includes(requirement.type)
  if (tiers || !isOpen || !('target' in requirement) || requirement.target === undefined) return last
  if ('items' in requirement && requirement.items) return last
  const { target, ...open } = requirement
  const formerly = last.repeatable ? [`${last.id}@1`] : [last.id]
  return {
    ...rest,
    requirement: open,
    tiers: [{ key: 'first', target, formerly }, target * 2],
  } as MilestoneDefinition
}

function withOtherKeys(last: MilestoneDefinition): MilestoneDefinition {
  if (!last.tiers) return last
  const tiers = last.tiers.map((given, i) => {
    const tier = typeof given === 'number' ? { target: given } : given
    return { ...tier, key: `${tierIdOf(last, i).split('#')[1]}x`, formerly: [tierIdOf(last, i)] }
  })
  return { ...last, tiers } as MilestoneDefinition
}

type Tiers = NonNullable<MilestoneDefinition['tiers']>

function withTiered(
  definition: CatalogDefinition,
  pick: number,
  change: (milestone: MilestoneDefinition, tiers: Tiers) => Tiers,
): CatalogDefinition {
  const tiered = definition.milestones.filter(({ tiers }) => tiers !== undefined)
  const chosen = tiered[pick % tiered.length]
  const milestones = definition.milestones.map(milestone =>
    milestone === chosen
      ? ({ ...milestone, tiers: change(milestone, milestone.tiers!) } as MilestoneDefinition)
      : milestone,
  )
  return { ...definition, milestones }
}

// The easiest target that there is, where it is not taken; a number is its own key.
function withFront({ requirement }: MilestoneDefinition, tiers: Tiers): Tiers {
  const [first] = tiers
  const easiest = typeof first === 'number' ? first : first!.target
  if (requirement.type === 'lowest') return easiest < 99 ? [99, ...tiers] : tiers
  const least = requirement.type === 'level' ? 2 : ['total', 'best'].includes(requirement.type) ? 0.05 : 1
  return least < easiest ? [least, ...tiers] : tiers
}

// One that nobody requires.
function withoutOne(definition: CatalogDefinition, milestone: MilestoneDefinition, tiers: Tiers): Tiers {
  const text = JSON.stringify(definition)
  const place = tiers.findIndex((_, i) => !text.includes(`"${tierIdOf(milestone, i)}"`))
  return tiers.length < 2 || place < 0 ? tiers : tiers.toSpliced(place, 1)
}

// Only such as have no highest target.
function harder({ requirement, tiers }: MilestoneDefinition): object {
  const isOpen = ['count', 'total', 'best', 'streak', 'points'].includes(requirement.type)
  if (tiers || !isOpen || !('target' in requirement) || requirement.target === undefined) return {}
  if ('items' in requirement && requirement.items) return {}
  return { requirement: { ...requirement, target: requirement.target * 2 } }
}
