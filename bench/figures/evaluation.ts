import { createHash } from 'node:crypto'
import { Engine } from 'json-rules-engine'
import { type CompiledCatalog, compileCatalog } from '../../src/core/awards/compile.js'
import { stateOf, type UserState } from '../../src/core/awards/decide.js'
import { step } from '../../src/core/awards/replay.js'
import { decimalToNumber } from '../../src/core/values/decimal.js'
import { alternate, compare } from '../alternation.js'
import { catalogOf, category } from '../catalogs.js'
import { atLeast, type Figure } from '../figure.js'
import { type Lab, turnsOf } from '../lab.js'
import { completionsPerBadge, createLoad, type DatedInput } from '../load.js'
import { type Study, studyOf } from '../study.js'
import { ratesDetail } from '../wording.js'

const name = 'evaluation alone'

/** One completion against 1,000 milestones over 200 metrics, without a database, against json-rules-engine. */
export const evaluation: Study = studyOf(name, measure)

// A user's first completions, the last of which earns a badge.
const load = createLoad({ seed: 1, users: { first: 0, count: 1 }, part: 0, partCount: 1 })
const [batch] = load.batches(new Date(0), { batchCount: 1, batchSize: completionsPerBadge })
const completions = batch!.completions as readonly (DatedInput & { readonly metadata: Metadata })[]
type Metadata = { readonly score: number; readonly minutes: number }

/** Evaluates all completions for a new user, and returns the ids of the milestones reached. */
type Evaluate = () => string[] | Promise<string[]>

async function measure(lab: Lab): Promise<Figure> {
  const compiled = compileCatalog(catalogOf({ milestoneCount: 1_000, metricCount: 200 }), digest)
  const [byStep, byRules] = [stepping(compiled), ruling(compiled)]
  const sides = [() => rateOf(byStep, 1_000), () => rateOf(byRules, 1)]
  const comparison = compare(await alternate(sides, turnsOf(lab)), 0, 1)
  const unit = '× the evaluations of json-rules-engine'
  return atLeast(100, { figure: name, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
}

async function rateOf(evaluate: Evaluate, times: number): Promise<number> {
  const expected = batch!.badges.map(({ milestoneId }) => milestoneId).join()
  const startedAt = performance.now()
  for (let i = 0; i < times; i++) {
    const reached = (await evaluate()).join()
    if (reached !== expected) throw new Error(`The milestones reached are ${reached}, not ${expected}`)
  }
  return (times * completions.length * 1000) / (performance.now() - startedAt)
}

/** What each of the 200 metrics stands at before: below its first target. */
const startValue = 5

function stepping(compiled: CompiledCatalog): Evaluate {
  return () => {
    const values = new Map([...compiled.metrics.keys()].map(metric => [metric, startValue]))
    const state: UserState = stateOf({ values })
    return completions.flatMap(completion => step(compiled, state, completion).map(({ milestone }) => milestone.id))
  }
}

// The facts are the metrics as they are after each completion; what is held already is left out of the answer.
function ruling(compiled: CompiledCatalog): Evaluate {
  const engine = engineOf(compiled)
  return async () => {
    const facts = Object.fromEntries([...compiled.metrics.keys()].map(metric => [metric, startValue]))
    const held = new Set<string>()
    for (const { metadata } of completions) {
      raise(facts, metadata)
      const { events } = await engine.run(facts)
      for (const { type } of events) held.add(type)
    }
    return [...held]
  }
}

function engineOf({ targetsByMetric }: CompiledCatalog): Engine {
  const engine = new Engine()
  for (const [fact, targets] of targetsByMetric) {
    for (const { value, milestones } of targets.fixed) {
      const condition = { fact, operator: 'greaterThanInclusive', value: decimalToNumber(value) }
      for (const { milestone } of milestones) {
        engine.addRule({ conditions: { all: [condition] }, event: { type: milestone.id } })
      }
    }
  }
  return engine
}

function raise(facts: Record<string, number>, { score, minutes }: Metadata): void {
  const [best, count, total] = [`best:${category}:score`, `count:${category}`, `total:${category}:minutes`] as const
  facts[best] = Math.max(facts[best]!, score)
  facts[count] = facts[count]! + 1
  facts[total] = facts[total]! + minutes
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
