// The deliberately naive reading of semantics: no metrics, no crossing, no increments. Everything is computed anew from
// the list of completions, the slow and obvious way. Shares with the library only the types of a catalog.
import type { CatalogDefinition, MilestoneDefinition, Requirement, Where } from '../../src/index.js'

export type ModelCompletion = {
  readonly userId: string
  readonly category: string
  readonly itemKey: string
  readonly metadata: { readonly [key: string]: unknown }
  readonly completedAt: Date
}

export type ModelBadge = {
  readonly id: string
  readonly earnedAt: Date
  readonly points: number
  readonly by: string | null
}

/** All that a naive service keeps. */
export type Model = {
  readonly definition: CatalogDefinition
  readonly completions: ModelCompletion[]
  /** By user. */
  readonly badges: Map<string, ModelBadge[]>
}

export function newModel(definition: CatalogDefinition): Model {
  return { definition, completions: [], badges: new Map() }
}

export const keyOf = (c: { userId: string; category: string; itemKey: string }): string =>
  JSON.stringify([c.userId, c.category, c.itemKey])

/** Records a batch; returns for each completion what became of it and the ids of the badges it brought. */
export function modelRecord(model: Model, batch: readonly ModelCompletion[]): { status: string; awarded: string[] }[] {
  const fresh = new Set<ModelCompletion>()
  const known = new Set(model.completions.map(keyOf))
  for (const completion of batch) {
    if (known.has(keyOf(completion))) continue
    known.add(keyOf(completion))
    fresh.add(completion)
  }
  const broughtBy = new Map<string, string>()
  for (const completion of fresh) {
    model.completions.push(completion)
    for (const badge of dueBadges(model, completion.userId)) {
      const place = `${completion.userId} ${badge.id}`
      if (!broughtBy.has(place)) broughtBy.set(place, keyOf(completion))
    }
  }
  for (const userId of new Set([...fresh].map(completion => completion.userId))) {
    const due = dueBadges(model, userId).map(badge => ({ ...badge, by: broughtBy.get(`${userId} ${badge.id}`)! }))
    model.badges.set(userId, [...badgesOf(model, userId), ...due])
  }
  return batch.map(completion => ({
    status: fresh.has(completion) ? 'recorded' : 'duplicate',
    awarded: badgesOf(model, completion.userId)
      .filter(badge => badge.by === keyOf(completion))
      .map(badge => badge.id)
      .sort(),
  }))
}

/** Awards what is due without a recording. */
export function modelCheck(model: Model, userId: string): string[] {
  const due = dueBadges(model, userId)
  model.badges.set(userId, [...badgesOf(model, userId), ...due])
  return due.map(badge => badge.id).sort()
}

export function badgesOf(model: Model, userId: string): readonly ModelBadge[] {
  return model.badges.get(userId) ?? []
}

export function pointsOf(model: Model, userId: string): number {
  return badgesOf(model, userId).reduce((sum, badge) => sum + badge.points, 0)
}

/** What is due by all that is stored now, each dated by the instant at which its requirement first held. */
function dueBadges(model: Model, userId: string): ModelBadge[] {
  const held = badgesOf(model, userId)
  const completions = model.completions.filter(completion => completion.userId === userId)
  const instants = [...completions.map(c => c.completedAt.getTime()), ...held.map(badge => badge.earnedAt.getTime())]
  const due: ModelBadge[] = []
  for (const instant of [...new Set(instants)].sort((a, b) => a - b)) {
    const until = completions.filter(completion => completion.completedAt.getTime() <= instant)
    for (let isChanged = true; isChanged; ) {
      isChanged = false
      const holding = [...held.filter(badge => badge.earnedAt.getTime() <= instant), ...due]
      for (const milestone of model.definition.milestones) {
        if ([...held, ...due].some(badge => badge.id === milestone.id)) continue
        if (!isTrue(model.definition, milestone.requirement, { completions: until, badges: holding })) continue
        due.push(badgeFor(milestone, new Date(instant)))
        isChanged = true
        break
      }
    }
  }
  return due
}

function badgeFor(milestone: MilestoneDefinition, earnedAt: Date): ModelBadge {
  return { id: milestone.id, earnedAt, points: milestone.reward?.points ?? 0, by: null }
}

export type World = {
  readonly completions: readonly ModelCompletion[]
  readonly badges: readonly { readonly id: string; readonly points: number }[]
}

function isTrue(definition: CatalogDefinition, requirement: Requirement, world: World): boolean {
  const { current, target } = measure(definition, requirement, world)
  return current >= target
}

/** How far a requirement is, read off the list. Totals in units of 1/1000 so that decimals do not drift. */
export function measure(
  definition: CatalogDefinition,
  requirement: Requirement,
  world: World,
): { current: number; target: number } {
  const points = world.badges.reduce((sum, badge) => sum + badge.points, 0)
  const holdingParts = (of: readonly Requirement[]): number => of.filter(part => isTrue(definition, part, world)).length
  switch (requirement.type) {
    case 'count': {
      const target = requirement.target ?? new Set(requirement.items).size
      return { current: matching(requirement, world).length, target }
    }
    case 'total': {
      const thousandths = matching(requirement, world).map(c => Math.round(numberIn(c, requirement.property) * 1000))
      return { current: thousandths.reduce((sum, n) => sum + n, 0) / 1000, target: requirement.target }
    }
    case 'best':
      return {
        current: Math.max(0, ...matching(requirement, world).map(c => numberIn(c, requirement.property))),
        target: requirement.target,
      }
    case 'points':
      return { current: points, target: requirement.target }
    case 'level':
      return { current: modelLevel(definition, points), target: requirement.target }
    case 'milestones': {
      const current = [...new Set(requirement.ids)].filter(id => world.badges.some(badge => badge.id === id)).length
      return { current, target: requirement.target ?? new Set(requirement.ids).size }
    }
    case 'all':
      return { current: holdingParts(requirement.of), target: requirement.of.length }
    case 'any':
      return { current: holdingParts(requirement.of), target: 1 }
    case 'some':
      return { current: holdingParts(requirement.of), target: requirement.target }
    default:
      return measure(definition, tutorial(requirement), world)
  }
}

function tutorial(requirement: Requirement): Requirement {
  switch (requirement.type) {
    case 'tutorials_completed':
      return requirement.tutorialIds
        ? { type: 'count', category: 'tutorial', items: requirement.tutorialIds }
        : { type: 'count', category: 'tutorial', target: requirement.count }
    case 'workflows_completed':
      return requirement.workflowIds
        ? { type: 'count', category: 'workflow', items: requirement.workflowIds }
        : { type: 'count', category: 'workflow', target: requirement.count }
    case 'steps_completed':
      return { type: 'count', category: 'tutorial_step', target: requirement.count }
    case 'actions_completed':
      return { type: 'count', category: 'action', target: requirement.count }
    case 'quiz_perfect': {
      const where = { quizScore: { gte: requirement.minScore ?? 100 } }
      return { type: 'count', category: ['tutorial_step', 'quiz'], where, target: 1 }
    }
    default:
      throw new TypeError(`not a tutorial requirement: ${requirement.type}`)
  }
}

function modelLevel({ levels = { every: 100 } }: CatalogDefinition, points: number): number {
  if ('every' in levels) return 1 + Math.floor(points / levels.every)
  return 1 + levels.thresholds.filter(threshold => points >= threshold).length
}

type Filtered = { category: string | readonly string[]; items?: readonly string[]; where?: Where }

function matching(filter: Filtered, world: World): ModelCompletion[] {
  const categories = [filter.category].flat()
  return world.completions.filter(
    completion =>
      categories.includes(completion.category) &&
      (!filter.items || filter.items.includes(completion.itemKey)) &&
      Object.entries(filter.where ?? {}).every(([property, test]) => passes(test, completion.metadata[property])),
  )
}

function passes(test: Where[string], value: unknown): boolean {
  const isThere = value !== undefined && value !== null
  return Object.entries(test).every(([operator, wanted]) => {
    if (operator === 'exists') return isThere === wanted
    if (!isThere) return false
    if (operator === 'in') return (wanted as unknown[]).includes(value)
    if (typeof value !== typeof wanted) return false
    const order = compare(value, wanted)
    switch (operator) {
      case 'eq':
        return order === 0
      case 'ne':
        return order !== 0
      case 'gt':
        return order > 0
      case 'gte':
        return order >= 0
      case 'lt':
        return order < 0
      default:
        return order <= 0
    }
  })
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}

function numberIn(completion: ModelCompletion, property: string): number {
  const value = completion.metadata[property]
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0
}
