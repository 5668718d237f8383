import { modelRedate } from './reference-dates.js'
import { badgesOf, dueBadges, keyOf, type Model, type ModelCompletion, type ModelInput } from './reference-model.js'
import { offersOf } from './reference-points.js'

/** Records a batch; returns for each completion what became of it and the ids of the badges it brought. */
export function modelRecord(model: Model, batch: readonly ModelInput[]): { status: string; awarded: string[] }[] {
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
  }))
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
  model.offers.push(...offersOf(model.definition.points ?? [], completion))
}
