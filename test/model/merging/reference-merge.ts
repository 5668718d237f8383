// What it means that two users are one, read the slow and obvious way.
import type { CatalogDefinition } from '../../../src/core/catalog/catalog.js'
import { leavesOf } from '../reference-dates.js'
import {
  badgesOf,
  decisionsOf,
  keyOf,
  type Model,
  type ModelBadge,
  type ModelCompletion,
  modelCheck,
} from '../reference-model.js'
import { periodUnitOf } from '../reference-requirement.js'
import { awardable, following, heldInTime, safeBadges, standingAlone } from '../reference-standing.js'

/** Who an id stands for now. */
export function currentId(model: Model, userId: string): string {
  return model.merged.get(userId) ?? userId
}

/** What became of a merge: of one that is refused, the field that is wrong. */
export type ModelMerge =
  | { readonly refused: 'from' | 'into' | 'to' }
  | {
      readonly status: 'merged' | 'already-merged'
      readonly userId: string
      readonly completionCount: number
      readonly duplicateCount: number
      readonly awarded: string[]
      readonly revoked: string[]
    }

/** Makes two users one: `from` is another id of `into` from now on. */
export function modelMerge(model: Model, from: string, into: string): ModelMerge {
  const [was, is] = [model.merged.get(from), model.merged.get(into)]
  if (is === from) return { refused: 'into' }
  if (is !== undefined) return modelMerge(model, from, is)
  if (was !== undefined && was !== into) return { refused: 'from' }
  return { status: was === undefined ? 'merged' : 'already-merged', userId: into, ...moveAll(model, from, into) }
}

/** Gives a user another id. `isTaken`: whether somebody has it. */
export function modelRenameUser(model: Model, from: string, to: string): { status: string } | { refused: string } {
  const [was, is] = [model.merged.get(from), model.merged.get(to)]
  if (was !== undefined && was !== to) return { refused: 'from' }
  if (is !== undefined && is !== from) return { refused: 'to' }
  if (was === undefined && is === undefined && [...model.merged.values()].includes(to)) return { refused: 'to' }
  model.merged.delete(to)
  moveAll(model, from, to)
  return { status: was === undefined ? 'renamed' : 'already-renamed' }
}

/** Gives what the host stored under a former id to the user, as if it had been another one. */
export function modelMergeStray(model: Model, userId: string, stray: ModelCompletion | ModelBadge): string[] {
  const into = currentId(model, userId)
  model.merged.delete(userId)
  if ('category' in stray) model.completions.push(stray)
  else model.badges.set(userId, [stray])
  return moveAll(model, userId, into).awarded
}

type Moved = Pick<Extract<ModelMerge, { status: string }>, 'completionCount' | 'duplicateCount' | 'awarded' | 'revoked'>

function moveAll(model: Model, from: string, into: string): Moved {
  const before = copied(model)
  const counts = moveCompletions(model, from, into)
  moveSettings(model, from, into)
  model.highest.set(into, Math.max(model.highest.get(from) ?? 0, model.highest.get(into) ?? 0))
  model.highest.delete(from)
  moveBadges(model, before, { from, into })
  for (const key of [...model.undone]) {
    const [userId, ...rest] = JSON.parse(key) as string[]
    if (userId !== from) continue
    model.undone.delete(key)
    model.undone.add(JSON.stringify([into, ...rest]))
  }
  for (const [id, current] of model.merged) if (current === from) model.merged.set(id, into)
  model.merged.set(from, into)
  const lost = lostIds(model, before, { from, into })
  const held = heldInTime(model, into)
  const known = new Set(badgesOf(before, into).map(({ id }) => id))
  model.badges.set(
    into,
    held.filter(({ id }) => !lost.has(id)),
  )
  const revoked = held.filter(({ id }) => lost.has(id) && known.has(id)).map(({ id }) => id)
  return { ...counts, awarded: modelCheck(model, into), revoked }
}

function copied(model: Model): Model {
  const { completions, offers, pauses, freezes, adjustments, coins } = model
  return {
    ...model,
    ...{
      completions: [...completions],
      offers: [...offers],
      pauses: [...pauses],
      freezes: [...freezes],
      adjustments: [...adjustments],
      coins: [...coins],
    },
    ...{ badges: new Map(model.badges), zones: new Map(model.zones), decisions: new Map(model.decisions) },
  }
}

// Of two with one key the earlier stays, and what it offers.
function moveCompletions(model: Model, from: string, into: string) {
  const counts = { completionCount: 0, duplicateCount: 0 }
  for (const given of model.completions.filter(({ userId }) => userId === from)) {
    const moved = { ...given, userId: into }
    const other = model.completions.find(known => keyOf(known) === keyOf(moved))
    if (other) counts.duplicateCount += 1
    const stays = !other || given.completedAt < other.completedAt
    if (stays) counts.completionCount += 1
    drop(model, given, stays ? moved : undefined)
    if (stays && other) drop(model, other)
  }
  return counts
}

function drop(model: Model, gone: ModelCompletion, moved?: ModelCompletion): void {
  model.completions.splice(model.completions.indexOf(gone), 1, ...(moved ? [moved] : []))
  const offers = model.offers.flatMap(offer => {
    if (offer.completion !== gone) return [offer]
    return moved ? [{ ...offer, completion: moved }] : []
  })
  model.offers.splice(0, model.offers.length, ...offers)
}

// What both have stays as `into` has it.
function moveSettings(model: Model, from: string, into: string): void {
  const own = model.zones.get(into) ?? []
  const others = (model.zones.get(from) ?? []).filter(zone => !own.some(({ since }) => +since === +zone.since))
  const zones = [...own, ...others].sort((a, b) => +a.since - +b.since)
  model.zones.delete(from)
  if (zones.length > 0) model.zones.set(into, zones)
  const pauses = model.pauses.map(pause => (pause.userId === from ? { ...pause, userId: into } : pause))
  const textOf = (pause: (typeof pauses)[number]): string => JSON.stringify({ ...pause, inDays: !!pause.inDays })
  const different = pauses.filter((pause, i) => pauses.findIndex(other => textOf(other) === textOf(pause)) === i)
  model.pauses.splice(0, model.pauses.length, ...different)
  // Of two freezes with one key, the one that was given first.
  const freezes = model.freezes
    .map(freeze => (freeze.userId === from ? { ...freeze, userId: into } : freeze))
    .sort((a, b) => +a.at - +b.at)
  const isSame = (a: (typeof freezes)[number], b: typeof a): boolean => a.userId === b.userId && a.key === b.key
  const first = freezes.filter((freeze, i) => freezes.findIndex(other => isSame(other, freeze)) === i)
  model.freezes.splice(0, model.freezes.length, ...first)
  // Points that were given or taken stay as they are, also two under one key.
  moveEntries<Model['adjustments'][number]>(model.adjustments, from, into)
  moveEntries<Model['coins'][number]>(model.coins, from, into)
  const held = new Set(badgesOf(model, into).map(({ id }) => id))
  const decisions = [...decisionsOf(model, from)].filter(([id, decision]) => decision === 'awarded' || !held.has(id))
  model.decisions.delete(from)
  const both = new Map([...decisions, ...decisionsOf(model, into)])
  if (both.size > 0) model.decisions.set(into, both)
}

type Entry = { readonly userId: string; readonly key: string; readonly order?: number }

// Of two with one key, that of `into` comes first.
function moveEntries<Item extends Entry>(list: Item[], from: string, into: string): void {
  const last = Math.max(0, ...list.map(({ order = 0 }) => order))
  const coming = list.filter(({ userId }) => userId === from)
  const staying = list.filter(({ userId }) => userId !== from)
  const moved = coming.map(each => ({ ...each, userId: into, order: (each.order ?? 0) + last + 1 }))
  list.splice(0, list.length, ...staying, ...moved)
}

type Move = { readonly from: string; readonly into: string }

// Of two the one that was earned first. What was taken from `into` by hand does not come with `from`.
function moveBadges(model: Model, before: Model, { from, into }: Move): void {
  const own = badgesOf(before, into)
  const ofOther = badgesOf(before, from).map(badge => ({ ...badge, by: badge.by && movedKey(badge.by, into) }))
  const coming = ofOther.filter(badge => {
    const known = own.find(({ id }) => id === badge.id)
    return known ? badge.earnedAt < known.earnedAt : decisionsOf(before, into).get(badge.id) !== 'revoked'
  })
  const ids = new Set(coming.map(({ id }) => id))
  model.badges.delete(from)
  model.badges.set(into, [...own.filter(({ id }) => !ids.has(id)), ...coming])
}

function movedKey(key: string, into: string): string {
  const [, ...rest] = JSON.parse(key) as string[]
  return JSON.stringify([into, ...rest])
}

// What supported a badge with one of them, and does not with both.
function lostIds(model: Model, before: Model, { from, into }: Move): Set<string> {
  const alone = new Set(
    [from, into].flatMap(userId => {
      const days = badgesOf(before, userId).filter(({ id }) => restsOnDays(model.definition, id))
      return standingAlone(before, userId, [...new Set([...safeBadges(before, userId), ...days])]).map(({ id }) => id)
    }),
  )
  const held = heldInTime(model, into)
  const remaining = following(model, into, { held, alone: held.filter(({ id }) => alone.has(id)) })
  const safe = safeBadges(model, into)
  return new Set(held.filter(badge => !remaining.includes(badge) && !safe.includes(badge)).map(({ id }) => id))
}

function restsOnDays(definition: CatalogDefinition, id: string): boolean {
  const milestone = awardable(definition, id)
  if (!milestone) return false
  const { repeatable, available } = milestone.definition
  if (repeatable && periodUnitOf(milestone.requirement)) return false
  const isDay = (bound: unknown): boolean => typeof bound === 'string' && /^\d{4}-\d\d-\d\d$/.test(bound)
  const inDays = (window: unknown): boolean => {
    const { from, until } = (window ?? {}) as { readonly from?: unknown; readonly until?: unknown }
    return isDay(from) || isDay(until)
  }
  return leavesOf(definition, id).some(leaf => {
    if (leaf.type === 'points' || leaf.type === 'level' || leaf.type === 'milestones') return false
    const { during, when } = leaf as { readonly during?: unknown; readonly when?: unknown }
    return (
      leaf.type === 'streak' || when !== undefined || typeof during === 'string' || inDays(during) || inDays(available)
    )
  })
}
