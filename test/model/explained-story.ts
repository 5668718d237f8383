import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { Badge } from '../../src/core/awards/badge.js'
import {
  type CompiledCatalog,
  type CompiledMilestone,
  compileCatalog,
  milestoneOf,
} from '../../src/core/awards/compile.js'
import type { StoredOffer } from '../../src/core/awards/divide-offers.js'
import { compareInTime } from '../../src/core/awards/replay.js'
import { goalIdOf } from '../../src/core/catalog/badge-id.js'
import { startExplaining } from '../../src/core/explain/explain.js'
import type { Countable } from '../../src/core/metrics/metric.js'
import { earnedDates, namingOf } from '../../src/core/progress/named-badge.js'
import { type Calendar, calendarOf } from '../../src/core/time/calendar.js'
import { wordsOfCatalog } from '../../src/core/words/words.js'
import { type Explanation, parseCatalog } from '../../src/index.js'
import { consistentCompletions, pause, zoneHistory } from './arbitraries/arbitraries.js'
import { catalogDefinition } from './arbitraries/catalog-arbitraries.js'
import { endOf } from './reference-expiry.js'
import { writtenOut } from './reference-lists.js'
import { badgesOf, gainsBy, type Model, newModel } from './reference-model.js'
import { type ModelGain, sumOf } from './reference-points.js'
import { modelRecord } from './reference-record.js'

const ofAnn = consistentCompletions.map(list => list.filter(({ userId }) => userId === 'ann'))
const lists = new Map([
  ['course', ['a', 'b', 'c']],
  ['extras', ['d']],
])
const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A catalog, how a user's days run, and what the user completed. */
export const story = fc.record({
  // With the items of lists, so that the model can read each part of a requirement.
  definition: catalogDefinition.map(given => writtenOut(given, lists)),
  zones: zoneHistory,
  pauses: fc.array(pause, { maxLength: 2 }),
  completions: ofAnn,
})
export type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never

function storedOffer({
  source,
  period,
  points,
  offered,
  cap,
  item,
  isOnce,
  cooldownMs,
  times,
}: ModelGain): StoredOffer {
  const terms = {
    ...(item !== undefined && { item: `${item}=`, take: isOnce ? ('once' as const) : ('best' as const) }),
    ...(cooldownMs > 0 && { cooldown: cooldownMs }),
    ...(times > 1 && { times }),
  }
  return { source, period, points, offered, cap: cap?.points ?? null, terms }
}

/** Tells the same story as the library explains it, badge by badge, and as the model has it. */
export function told({ definition, zones, pauses, completions }: Story) {
  const model = newModel(definition)
  model.zones.set('ann', zones)
  model.pauses.push(...pauses.map(pause => ({ ...pause, userId: 'ann' })))
  modelRecord(model, completions)
  const compiled = compileCatalog(parseCatalog(definition), digest)
  const calendar = calendarOf(
    zones,
    pauses.map(({ to, ...pause }) => ({ ...pause, until: to })),
    { dayStartsAt: definition.dayStartsAt },
  )
  const explanations = timesOf(compiled, model).map(milestone => ({
    milestone,
    explanation: explained(model, { compiled, calendar, zones }, milestone),
  }))
  return { model, compiled, explanations }
}

// Every milestone and tier, and of repeatable ones the first three times; where periods name them, those that are held.
function timesOf(compiled: CompiledCatalog, model: Model): CompiledMilestone[] {
  return compiled.milestones.flatMap(milestone => {
    const { repeat } = milestone
    if (!repeat) return [milestone]
    if (repeat.byPeriod) {
      const held = badgesOf(model, 'ann').filter(({ id }) => goalIdOf(id) === milestone.milestone.id)
      return held.slice(0, 3).map(({ id }) => ({ ...milestoneOf(compiled, id)!, repeat }))
    }
    return Array.from({ length: Math.min(3, repeat.max) }, (_, i) => ({ ...repeat.time(i + 1), repeat }))
  })
}

type Days = { readonly compiled: CompiledCatalog; readonly calendar: Calendar; readonly zones: Story['zones'] }

function explained(model: Model, { compiled, calendar, zones }: Days, milestone: CompiledMilestone): Explanation {
  const badges = [...badgesOf(model, 'ann')]
    .sort((a, b) => a.earnedAt.getTime() - b.earnedAt.getTime() || (a.id < b.id ? -1 : 1))
    .map(badge => ({ ...badge, expiresAt: endOf(badge), awardedBy: null }) as unknown as Badge)
  const earnedAtById = earnedDates(badges, compiled.repeatableIds)
  const explainer = startExplaining({
    userId: 'ann',
    compiled,
    milestone,
    requirement: compiled.catalog.requirements[milestone.order]!,
    badges,
    naming: namingOf(compiled.catalog, { earnedAtById, includeHidden: true }),
    words: wordsOfCatalog(compiled.catalog),
    manualDecision: null,
    undone: { count: 0, latest: [] },
    calendar,
    zones: zones.map(({ zone, since }) => ({ zone: zone!, since })),
    catalogVersion: null,
    now: model.now,
    limit: 1_000,
  })
  const history = model.completions.map(completion => {
    const gains = gainsBy(model, completion)
    return { ...completion, points: sumOf(gains), offers: gains.map(storedOffer) } as Countable
  })
  const inTime = history.sort(compareInTime)
  for (const completion of inTime) explainer.trace(completion)
  for (const completion of inTime) explainer.sort(completion)
  return explainer.finish()
}
