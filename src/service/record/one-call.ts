import type { CompiledCatalog } from '../../core/awards/compile.js'
import type { NewCompletion } from '../../core/users/completion.js'
import { groupBy } from '../../core/values/group-by.js'
import type { RecordCall } from '../../store/progress/record-call.js'
import type { InEffect, ServiceContext } from '../context/context.js'
import { raisesOf, raisingOf } from './raise.js'

let areCallsAllowed = true

/** Sets whether the services of this process may record with single calls, so that tests can compare both paths. */
export function allowCalls(areAllowed: boolean): void {
  areCallsAllowed = areAllowed
}

/** A call that stores completions, and the names of the metrics that it raises, by user. */
export type PlannedCall = RecordCall & { readonly raisedNames: ReadonlyMap<string, ReadonlySet<string>> }

/**
 * Plans the call for new completions, whose keys must all differ. Returns null if a single call cannot record them: if
 * it is not known yet what is in effect, or if more than plain metrics listen to them.
 */
export function planCall(
  { catalogs: { inEffect } }: ServiceContext,
  rows: readonly NewCompletion[],
  recordedAt: Date,
): PlannedCall | null {
  if (!areCallsAllowed || !inEffect || !isPlain(inEffect.compiled, rows)) return null
  const { metricsByCategory } = inEffect.compiled
  const byUser = groupBy(rows, ({ userId }) => userId)
  const raised = [...byUser].map(([userId, own]) => [userId, raisesOf(metricsByCategory, own)] as const)
  const raising = raisingOf(
    inEffect.compiled,
    raised.flatMap(([, own]) => [...own.values()]),
  )
  let targetCount = 0
  for (const { fixed, repeated } of raising.targets.values()) targetCount += fixed.length + repeated.length
  if (targetCount > mostTargets + targetsPerRow * rows.length) return null
  const raisedNames = new Map(raised.map(([userId, own]) => [userId, new Set(own.keys())]))
  return { rows, recordedAt, ...raising, raisedNames, expected: expectationsOf(inEffect) }
}

// Every call sends all targets of its metrics. With more than these, it is faster to compare them here.
const mostTargets = 1_000
const targetsPerRow = 10

function isPlain(
  { metricsByCategory, pointsRulesByCategory }: CompiledCatalog,
  rows: readonly NewCompletion[],
): boolean {
  const categories = new Set(rows.map(({ category }) => category))
  return [...categories].every(category => {
    const metrics = metricsByCategory.get(category) ?? []
    const hasPoints = pointsRulesByCategory.has(category)
    return !hasPoints && metrics.every(({ counting, asksForDays }) => typeof counting === 'string' && !asksForDays)
  })
}

function expectationsOf({ compiled, catalogVersion, commonPauseChanges, counting }: InEffect): RecordCall['expected'] {
  return { counting, catalogVersion, pauseChanges: compiled.hasStreaks ? commonPauseChanges : null }
}
