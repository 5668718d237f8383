import { isDeepStrictEqual } from 'node:util'
import { modelRedate } from './reference-dates.js'
import {
  badgesOf,
  calendarOf,
  dueBadges,
  keyOf,
  type Model,
  type ModelCompletion,
  type ModelInput,
} from './reference-model.js'
import { offersOf } from './reference-points.js'

/** What became of a completion: of one that was there, what it says otherwise than what is stored; undefined where nothing. */
export type ModelAnswer = {
  readonly status: string
  readonly awarded: string[]
  readonly differs?: string[] | undefined
}

/** Records a batch; returns for each completion what became of it and the ids of the badges it brought. */
export function modelRecord(model: Model, batch: readonly ModelInput[]): ModelAnswer[] {
  const fresh = new Set<ModelInput>()
  const known = new Set(model.completions.map(keyOf))
  for (const completion of batch) {
    if (known.has(keyOf(completion))) continue
    known.add(keyOf(completion))
    fresh.add(completion)
  }
  const broughtBy = new Map<string, string>()
  for (const completion of fresh) {
    store(model, completion)
    for (const badge of dueBadges(model, completion.userId)) {
      const place = `${completion.userId} ${badge.id}`
      if (!broughtBy.has(place)) broughtBy.set(place, keyOf(completion))
    }
  }
  redateByRedone(model, [...fresh].map(keyOf))
  const heldBefore = new Set([...model.badges.values()].flat())
  for (const userId of new Set([...fresh].map(completion => completion.userId))) {
    const due = dueBadges(model, userId).map(badge => ({ ...badge, by: broughtBy.get(`${userId} ${badge.id}`)! }))
    model.badges.set(userId, [...badgesOf(model, userId), ...due])
  }
  const freshKeys = new Set([...fresh].map(keyOf))
  return batch.map(completion => ({
    status: fresh.has(completion) ? 'recorded' : 'duplicate',
    // What was undone and kept its badge does not bring it again.
    awarded: badgesOf(model, completion.userId)
      .filter(badge => badge.by === keyOf(completion) && !(freshKeys.has(keyOf(completion)) && heldBefore.has(badge)))
      .map(badge => badge.id)
      .sort(),
    differs: differing(model, completion),
  }))
}

function differing(model: Model, given: ModelInput): string[] | undefined {
  const { completedAt, metadata } = model.completions.find(known => keyOf(known) === keyOf(given))!
  const differs: string[] = []
  if (given.completedAt && +given.completedAt !== +completedAt) differs.push('completedAt')
  if (!isDeepStrictEqual(given.metadata, metadata)) differs.push('metadata')
  return differs.length > 0 ? differs : undefined
}

// What was undone and comes back dates badges as if it had never been undone.
function redateByRedone(model: Model, freshKeys: readonly string[]): void {
  const keys = new Set(freshKeys.filter(key => model.undone.has(key)))
  const redone = model.completions.filter(completion => keys.has(keyOf(completion)))
  for (const userId of new Set(redone.map(completion => completion.userId))) {
    const own = redone.filter(completion => completion.userId === userId)
    const isOther = (completion: ModelCompletion): boolean => !own.includes(completion)
    const before = {
      ...model,
      completions: model.completions.filter(isOther),
      offers: model.offers.filter(({ completion }) => isOther(completion)),
    }
    modelRedate(model, before, userId, { redone: own })
  }
}

function store(model: Model, { completedAt, ...given }: ModelInput): void {
  const at = completedAt && completedAt < model.now ? completedAt : model.now
  const completion = { ...given, completedAt: at }
  model.completions.push(completion)
  model.offers.push(...offersOf(model.definition, completion, calendarOf(model, completion.userId)))
}
