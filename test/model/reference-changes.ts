// What a changed catalog and an erasure mean, read the slow and obvious way.
import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'
import type { ApplyPolicy } from '../../src/store/reports/catalog-versions.js'
import { writtenOut } from './reference-lists.js'
import { milestonesOf } from './reference-milestones.js'
import { badgesOf, dueBadges, holdersOf, type Model, type ModelBadge, modelCheck, placeOf } from './reference-model.js'
import { modelRename } from './reference-renames.js'
import { awardable, safeBadges } from './reference-standing.js'

/** Lets a catalog govern and does with a user's badges what the policy says. */
export function modelApply(model: Model, given: CatalogDefinition, policy: ApplyPolicy): void {
  const definition = writtenOut(given, model.lists)
  Object.assign(model, { given, definition })
  model.takers = new Set()
  const users = new Set([
    ...[...model.completions, ...model.adjustments].map(({ userId }) => userId),
    ...model.badges.keys(),
  ])
  for (const userId of users) {
    modelRename(model, userId, definition)
    const held = badgesOf(model, userId)
    if (policy === 'reprice')
      model.badges.set(
        userId,
        held.map(badge => repriced(definition, badge)),
      )
    if (policy === 'recompute') recompute(model, userId)
    modelCheck(model, userId)
  }
  for (const { userId, id } of takersOf(model, [...users])) {
    model.takers = new Set([placeOf(userId, id)])
    modelCheck(model, userId)
  }
  model.takers = null
}

type Taker = { readonly userId: string; readonly id: string; readonly at: Date }

// Free places go to those who reached the badge first.
function takersOf(model: Model, users: readonly string[]): Taker[] {
  const limited = milestonesOf(model.definition).filter(({ definition }) => definition.limit !== undefined)
  const takers = limited.flatMap(({ id, definition: { limit } }) => {
    const waiting = users.flatMap((userId): Taker[] => {
      model.takers = new Set([placeOf(userId, id)])
      const due = dueBadges(model, userId).find(badge => badge.id === id)
      return due ? [{ userId, id, at: due.earnedAt }] : []
    })
    return inTime(waiting).slice(0, Math.max(limit! - holdersOf(model, id).length, 0))
  })
  return inTime(takers)
}

function inTime(takers: readonly Taker[]): Taker[] {
  return takers.toSorted((a, b) => +a.at - +b.at || (a.userId < b.userId ? -1 : 1))
}

/** Gives a list other items, and counts everybody by the catalog that governs. */
export function modelSetItems(
  model: Model,
  { list, items, policy }: { readonly list: string; readonly items: readonly string[]; readonly policy: ApplyPolicy },
): void {
  model.lists.set(list, items)
  modelApply(model, model.given, policy)
}

function repriced(definition: CatalogDefinition, badge: ModelBadge): ModelBadge {
  const { points, coins } = awardable(definition, badge.id) ?? badge
  return { ...badge, points, coins: coins ?? {} }
}

// Takes all that is judged away, and what is due then comes back as it was, at its true date.
function recompute(model: Model, userId: string): void {
  const held = badgesOf(model, userId)
  const retired = new Set(model.definition.milestones.filter(({ retired }) => retired).map(({ id }) => id))
  const safe = safeBadges(model, userId)
  const standing = held.filter(badge => safe.includes(badge) || retired.has(badge.id.replace(/[@#].*$/, '')))
  model.badges.set(userId, standing)
  model.badges.set(userId, [...standing, ...dueBadges(model, userId, held)])
}

/** Lets nothing of a user remain, and no more come. */
export function modelErase(model: Model, userId: string): { status: string } {
  if (model.merged.has(userId)) return { status: 'merged' }
  const status = model.erased.has(userId) ? 'already-erased' : 'erased'
  model.erased.add(userId)
  for (const [id, current] of [...model.merged]) {
    if (current !== userId) continue
    model.merged.delete(id)
    model.erased.add(id)
  }
  for (const key of model.undone) if (JSON.parse(key)[0] === userId) model.undone.delete(key)
  remove(model.completions, completion => completion.userId === userId)
  remove(model.offers, offer => offer.completion.userId === userId)
  remove(model.pauses, pause => pause.userId === userId)
  remove(model.freezes, freeze => freeze.userId === userId)
  for (const list of [model.adjustments, model.coins]) remove<{ userId: string }>(list, each => each.userId === userId)
  for (const kept of [model.badges, model.zones, model.decisions, model.highest]) kept.delete(userId)
  return { status }
}

/** Lets an erased user return, who begins from nothing. */
export function modelAllowReturn(model: Model, userId: string): { status: string } {
  return { status: model.erased.delete(userId) ? 'allowed' : 'not-erased' }
}

function remove<Item>(list: Item[], isIt: (item: Item) => boolean): void {
  list.splice(0, list.length, ...list.filter(item => !isIt(item)))
}
