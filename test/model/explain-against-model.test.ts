import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CompiledMilestone } from '../../src/core/awards/compile.js'
import type { ExpandedRequirement } from '../../src/core/metrics/requirement.js'
import type { TimeWindow } from '../../src/core/time/window.js'
import { type ExplainedMetric, type ExplainedNode, explanationText } from '../../src/index.js'
import { scale } from '../support/scale.js'
import { story, told } from './explained-story.js'
import { isAtHours, isInWindow } from './reference-calendar.js'
import { matches, type World } from './reference-filter.js'
import { badgesOf, keyOf, type Model, newModel, worldOf } from './reference-model.js'
import { modelRecord } from './reference-record.js'
import { holds, isMetric, presentValueOf } from './reference-requirement.js'

test('an explanation finds the badges that the model holds, and when they came to hold', () => {
  let pairCount = 0
  const storyCount = scale(150, 40_000)
  fc.assert(
    fc.property(story, story => {
      const { model, explanations } = told(story)
      const dates = new Map(badgesOf(model, 'ann').map(({ id, earnedAt }) => [id, earnedAt]))
      for (const { milestone, explanation } of explanations) {
        pairCount += 1
        const earnedAt = dates.get(milestone.milestone.id) ?? null
        const { holds, firstHeldAt, isEarned, decidedBy, nextStep } = explanation
        expect({ holds, firstHeldAt, isEarned }).toEqual({
          holds: earnedAt !== null,
          firstHeldAt: earnedAt,
          isEarned: earnedAt !== null,
        })
        expect([decidedBy?.type, nextStep === null]).toEqual(earnedAt ? ['requirement', true] : [undefined, false])
        expect(nextStep).not.toMatchObject({ because: 'due' })
        expect(explanationText(explanation)).toContain(earnedAt ? ': earned on ' : ': not earned.')
      }
    }),
    { numRuns: storyCount },
  )
  expect(pairCount).toBeGreaterThanOrEqual(5 * storyCount)
})

test('each part of an explanation has the result that the model expects', () => {
  fc.assert(
    fc.property(story, story => {
      const { model, compiled, explanations } = told(story)
      for (const { milestone, explanation } of explanations) {
        if (milestone.repeat) continue
        const world = worldSeenBy(model, milestone)
        const requirement = compiled.catalog.requirements[milestone.order]!
        for (const [part, node] of nodesOf(requirement, explanation.requirement)) {
          expect(node.holds).toBe(holds(part, world))
          const current = 'present' in node && node.present ? node.present.current : node.current
          expect(Math.round(current * 1000)).toBe(presentValueOf(part, world, model.now))
        }
      }
    }),
    { numRuns: scale(30, 20_000) },
  )
})

test('every completion of its categories counts or does not, once, and the deciding one is of the date', () => {
  fc.assert(
    fc.property(story, story => {
      const { model, explanations } = told(story)
      for (const metric of explanations.flatMap(({ explanation }) => metricsOf(explanation.requirement))) {
        const categories = [metric.requirement.category].flat()
        const listened = model.completions.filter(({ category }) => categories.includes(category))
        const { counted, notCounted } = metric
        const listed = [...counted.latest, ...notCounted.latest]
        expect(listed.map(placeOf).sort()).toEqual(listened.map(placeOf).sort())
        expect(counted.count + notCounted.count).toBe(listened.length)
        expect([counted.first ?? undefined, counted.last ?? undefined]).toEqual([
          counted.latest[0],
          counted.latest.at(-1),
        ])
        expect(counted.deciding?.completedAt ?? null).toEqual(metric.firstHeldAt)
      }
    }),
    { numRuns: scale(30, 20_000) },
  )
})

test('counted completions add up to the deciding value, and the rest has the reasons of the model', () => {
  fc.assert(
    fc.property(story, story => {
      const { model, explanations } = told(story)
      for (const { milestone, explanation } of explanations) {
        const world = worldSeenBy(model, milestone)
        for (const metric of metricsOf(explanation.requirement)) {
          // Of a time that is a period, what the value comes to is that the period reached it.
          if (!metric.countsTimes && !milestone.repeat?.byPeriod)
            expect(Math.round(amountIn(metric, world) * 1000)).toBe(Math.round(metric.current * 1000))
          for (const { reason, ...named } of metric.notCounted.latest) {
            const completion = model.completions.find(other => placeOf(other) === placeOf(named))!
            const isAsked = matches(metric.requirement, completion)
            const { during } = metric.requirement as { readonly during?: unknown }
            const window = typeof during === 'object' ? (during as TimeWindow) : {}
            const isOpen =
              world.completions.includes(completion) && isInWindow(window, completion.completedAt, world.calendar)
            const isInHours = isAtHours(metric.requirement.when ?? {}, completion.completedAt, world.calendar)
            const timely = isInHours ? (isOpen ? undefined : 'outside-window') : 'outside-hours'
            const plainly = isAsked ? timely : 'filtered'
            const others = ['filtered', 'outside-hours', 'outside-window', 'future']
            if (plainly) expect(reason).toBe(plainly)
            else expect(others).not.toContain(reason)
          }
        }
      }
    }),
    { numRuns: scale(30, 20_000) },
  )
})

test('what an explanation of completions alone names, recorded for a new user, earns the badge', () => {
  fc.assert(
    fc.property(story, story => {
      const withoutPauses = { ...story, pauses: [] }
      const { explanations, compiled } = told(withoutPauses)
      for (const { milestone, explanation } of explanations) {
        const rests = restsOnCompletions(compiled.catalog.requirements[milestone.order]!)
        if (!explanation.isEarned || !rests || milestone.milestone.after.length > 0) continue
        const named = new Set(
          metricsOf(explanation.requirement).flatMap(({ counted }) =>
            [...counted.latest, counted.deciding].flatMap(completion => (completion ? [placeOf(completion)] : [])),
          ),
        )
        const again = newModel(story.definition)
        again.zones.set('ann', story.zones)
        modelRecord(
          again,
          story.completions.filter(completion => named.has(placeOf(completion))),
        )
        expect(badgesOf(again, 'ann').map(({ id }) => id)).toContain(milestone.milestone.id)
      }
    }),
    { numRuns: scale(40, 20_000) },
  )
})

function placeOf({ category, itemKey }: { readonly category: string; readonly itemKey: string }): string {
  return keyOf({ userId: 'ann', category, itemKey })
}

// What the model says of a milestone: of completions, those of the time in which it can be reached.
function worldSeenBy(model: Model, { milestone }: CompiledMilestone): World {
  const world = worldOf(model, 'ann', badgesOf(model, 'ann'))
  const { available } = milestone
  if (!available) return world
  return {
    ...world,
    completions: world.completions.filter(({ completedAt }) => isInWindow(available, completedAt, world.calendar)),
  }
}

// What the completions that counted come to by themselves.
function amountIn({ requirement, counted }: ExplainedMetric, { calendar }: World): number {
  const amounts = counted.latest.map(({ amount }) => amount)
  switch (requirement.type) {
    case 'count':
      return amounts.length
    case 'total':
      return amounts.reduce((sum, amount) => sum + amount, 0)
    case 'best':
      return Math.max(0, ...amounts)
    case 'lowest':
      return amounts.length === 0 ? 0 : Math.min(...amounts)
    case 'streak': {
      const periods = new Set<string>()
      for (const { completedAt } of counted.latest) {
        periods.add(calendar.countedPeriodOf(requirement.every, completedAt, period => periods.has(period)))
      }
      return periods.size
    }
  }
}

function nodesOf(requirement: ExpandedRequirement, node: ExplainedNode): [ExpandedRequirement, ExplainedNode][] {
  const parts =
    'of' in requirement && 'parts' in node ? requirement.of.map((part, i) => nodesOf(part, node.parts[i]!)) : []
  return [[requirement, node], ...parts.flat()]
}

function metricsOf(node: ExplainedNode): ExplainedMetric[] {
  if ('parts' in node) return node.parts.flatMap(metricsOf)
  return 'counted' in node ? [node] : []
}

function restsOnCompletions(requirement: ExpandedRequirement): boolean {
  if ('of' in requirement) return requirement.of.every(restsOnCompletions)
  return isMetric(requirement) || requirement.type === 'streak' || requirement.type === 'lowest'
}
