import type { ModelPause } from './reference-calendar.js'
import { modelRedate } from './reference-dates.js'
import {
  badgesOf,
  decisionsOf,
  gemsOf,
  keyOf,
  type Model,
  type ModelCompletion,
  modelCheck,
  newBadge,
} from './reference-model.js'
import { awardable, following, heldInTime, safeBadges, standingAlone } from './reference-standing.js'

export type ModelKey = Pick<ModelCompletion, 'userId' | 'category' | 'itemKey'>

/** Takes a completion back; returns what became of it and the ids of the badges that went, in order of their dates. */
export function modelUndo(model: Model, key: ModelKey): { status: string; revoked: string[] } {
  const isIt = (other: ModelKey): boolean => keyOf(other) === keyOf(key)
  const place = model.completions.findIndex(isIt)
  if (place < 0) return { status: 'not-found', revoked: [] }
  const before = { ...model, completions: [...model.completions], offers: [...model.offers] }
  model.completions.splice(place, 1)
  for (const offer of before.offers) if (isIt(offer.completion)) model.offers.splice(model.offers.indexOf(offer), 1)
  model.undone.add(keyOf(key))
  const undone = before.completions[place]!
  return { status: 'undone', revoked: settle(model, before, { userId: key.userId, taken: null, undone }) }
}

/** Gives a badge by hand; returns what became of it and the ids of what it brought. */
export function modelAward(
  model: Model,
  userId: string,
  id: string,
): { status: string; id: string; awarded: string[] } {
  decide(model, userId, id, 'awarded')
  const held = badgesOf(model, userId)
  const isHeld = held.some(badge => badge.id === id)
  const given = newBadge(awardable(model.definition, id)!, id)
  if (!isHeld) model.badges.set(userId, [...held, { ...given, earnedAt: model.now, isGiven: true }])
  return { status: isHeld ? 'held' : 'awarded', id, awarded: modelCheck(model, userId) }
}

/** Takes a badge by hand; returns what became of it and the ids of the badges that went, itself first. */
export function modelRevoke(model: Model, userId: string, id: string): { status: string; revoked: string[] } {
  if (!badgesOf(model, userId).some(badge => badge.id === id)) return { status: 'not-held', revoked: [] }
  // What only a hand gave is as if it had never been given.
  const isAlone = standingAlone(model, userId, []).some(badge => badge.id === id)
  if (isAlone && decisionsOf(model, userId).get(id) === 'awarded') {
    model.decisions.set(userId, new Map([...decisionsOf(model, userId)].filter(([other]) => other !== id)))
  } else decide(model, userId, id, 'revoked')
  return { status: 'revoked', revoked: settle(model, model, { userId, taken: id }) }
}

function decide(model: Model, userId: string, id: string, decision: 'awarded' | 'revoked'): void {
  model.decisions.set(userId, new Map([...decisionsOf(model, userId), [id, decision]]))
}

// Takes what no longer holds after a change and awards what is due.
function settle(model: Model, before: Model, change: Change): string[] {
  const { userId } = change
  const lost = modelLost(model, before, change)
  const formerly = { ...before, badges: new Map(before.badges) }
  model.badges.set(
    userId,
    badgesOf(model, userId).filter(badge => !lost.includes(badge.id)),
  )
  modelRedate(model, formerly, userId, change)
  modelCheck(model, userId)
  return lost
}

type Change = {
  readonly userId: string
  readonly taken: string | null
  readonly undone?: ModelCompletion
  readonly isPause?: boolean
}

/** The ids of the badges that no longer hold after a change, in order of their dates, the one that is taken first. */
export function modelLost(model: Model, before: Model, { userId, taken }: Change): string[] {
  const held = heldInTime(before, userId)
  const alone = standingAlone(before, userId, safeBadges(before, userId)).filter(({ id }) => id !== taken)
  const rest = held.filter(({ id }) => id !== taken)
  const remaining = following(model, userId, { held: rest, alone })
  const gone = rest.filter(badge => !remaining.includes(badge))
  return [...held.filter(({ id }) => id === taken), ...gone].map(({ id }) => id)
}

/** Pauses the streaks of a user, or of everybody, for some time: what that decided is dated by what is left. */
export function modelPause(model: Model, userId: string | null, pause: ModelPause): void {
  if (model.pauses.some(known => known.userId === userId && isSamePause(known, pause))) return
  const before = { ...model, pauses: [...model.pauses] }
  model.pauses.push({ userId, ...pause })
  const users = new Set(model.completions.map(completion => completion.userId))
  for (const affected of userId === null ? users : [userId]) {
    modelRedate(model, before, affected, { isPause: true })
    modelCheck(model, affected)
  }
}

/** Gives a freeze of streaks, each key once; returns what became of it. */
export function modelGrantFreeze(model: Model, userId: string, key: string): { status: string; grantedAt: Date } {
  const known = model.freezes.find(freeze => freeze.userId === userId && freeze.key === key)
  if (known) return { status: 'duplicate', grantedAt: known.at }
  model.freezes.push({ userId, key, at: model.now })
  modelCheck(model, userId)
  return { status: 'granted', grantedAt: model.now }
}

/** Gives points by hand or takes some, each key once; returns what became of it. */
export function modelAdjust(
  model: Model,
  { userId, key, points }: Pick<Model['adjustments'][number], 'userId' | 'key' | 'points'>,
): { status: string; points: number; revoked: string[]; awarded: string[] } {
  const isIt = (other: { userId: string; key: string }): boolean => other.userId === userId && other.key === key
  const given = model.coins.filter(({ type }) => type === 'given').map(each => ({ ...each, points: each.amount }))
  const all = [...given, ...model.adjustments].filter(isIt)
  const [known] = all.sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
  if (known) return { status: 'duplicate', points: known.points, revoked: [], awarded: [] }
  const before = { ...model, adjustments: [...model.adjustments] }
  model.adjustments.push({ userId, key, points, at: model.now })
  const revoked = points < 0 ? modelLost(model, before, { userId, taken: null }) : []
  const left = badgesOf(model, userId).filter(({ id }) => !revoked.includes(id))
  if (revoked.length > 0) model.badges.set(userId, left)
  return { status: 'adjusted', points, revoked, awarded: modelCheck(model, userId) }
}

/** Gives gems by hand or takes some, each key once, of which no adjustment of points has the same. */
export function modelGiveGems(
  model: Model,
  { userId, key, amount }: Omit<Model['coins'][number], 'type'>,
): { status: string } {
  const isIt = (other: { userId: string; key: string }): boolean => other.userId === userId && other.key === key
  const isKnown = model.coins.some(other => other.type === 'given' && isIt(other)) || model.adjustments.some(isIt)
  if (!isKnown) model.coins.push({ userId, key, type: 'given', amount })
  return { status: isKnown ? 'duplicate' : 'adjusted' }
}

/** Spends gems, each key once, and never more than there are; or pays them back. */
export function modelSpend(
  model: Model,
  { userId, key, amount }: Omit<Model['coins'][number], 'type'>,
): { status: string; balance: number } {
  const isKnown = model.coins.some(other => other.type === 'spent' && other.userId === userId && other.key === key)
  if (isKnown) return { status: 'duplicate', balance: gemsOf(model, userId) }
  if (gemsOf(model, userId) < amount) return { status: 'insufficient', balance: gemsOf(model, userId) }
  model.coins.push({ userId, key, type: 'spent', amount: -amount })
  return { status: 'spent', balance: gemsOf(model, userId) }
}

/** Pays back what was spent, once. */
export function modelRefund(model: Model, userId: string, key: string): { status: string } {
  const own = model.coins.filter(other => other.userId === userId && other.key === key)
  const spent = own.find(({ type }) => type === 'spent')
  if (!spent) return { status: 'not-found' }
  if (own.some(({ type }) => type === 'refund')) return { status: 'duplicate' }
  model.coins.push({ userId, key, type: 'refund', amount: -spent.amount })
  return { status: 'refunded' }
}

/** Takes a pause back; returns the ids of the badges that went with it, in order of their dates, by user. */
export function modelDeletePause(model: Model, pause: Model['pauses'][number]): Map<string, string[]> {
  const before = { ...model, pauses: [...model.pauses] }
  model.pauses.splice(model.pauses.indexOf(pause), 1)
  const users = pause.userId === null ? new Set(model.completions.map(({ userId }) => userId)) : [pause.userId]
  return new Map([...users].map(userId => [userId, settle(model, before, { userId, taken: null, isPause: true })]))
}

/** Tells whether two pauses are of the same time. */
function isSamePause(one: ModelPause, other: ModelPause): boolean {
  return +one.from === +other.from && +one.to === +other.to && !!one.inDays === !!other.inDays
}
