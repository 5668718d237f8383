import { parseDuration } from '../time/duration.js'
import { isPlainObject } from '../values/metadata.js'
import { joinPath, shapeFaults } from '../values/shape-faults.js'
import type { Boost } from './boost.js'
import { boostShape, pointsRuleShapes } from './catalog-schema.js'
import { type PointsRule, sourceOf } from './points-rule.js'
import { checkCategories, checkWheres, type RequirementChecks } from './requirement-faults.js'
import { windowFaults } from './window-faults.js'

/** Checks the rules for points of completions, and adds faults to `checks.faults`. */
export function checkPointsRules(checks: RequirementChecks, rules: readonly unknown[]): void {
  const firstPlace = new Map<string, string>()
  rules.forEach((rule, i) => {
    const path = joinPath('points', i)
    const isByProperty = isPlainObject(rule) && isPlainObject(rule.points)
    const faults = shapeFaults(isByProperty ? pointsRuleShapes.byProperty : pointsRuleShapes.fixed, rule, path)
    checks.faults.push(...faults)
    if (faults.length === 0) checkRule(checks, rule as PointsRule, { path, firstPlace })
  })
}

function checkRule(
  checks: RequirementChecks,
  rule: PointsRule,
  { path, firstPlace }: { readonly path: string; readonly firstPlace: Map<string, string> },
): void {
  checkCategories(checks, rule, path)
  checkWheres(checks, rule, path)
  if (rule.currency !== undefined) checkCurrency(checks, rule.currency, joinPath(path, 'currency'))
  const source = sourceOf(rule, text => text)
  const first = firstPlace.get(source)
  if (first === undefined) firstPlace.set(source, path)
  else checks.faults.push({ path, problem: `looks at the same completions as ${first}`, fix: 'Make one rule of both.' })
  if (rule.cap && typeof rule.points === 'number' && rule.cap.points < rule.points) {
    const problem = `is ${rule.cap.points}, less than the points of one completion (${rule.points})`
    checks.faults.push({ path: joinPath(path, 'cap', 'points'), problem, fix: 'Raise the cap, or lower the points.' })
  }
  if (rule.cooldown !== undefined && parseDuration(rule.cooldown) === undefined) {
    const fix = 'Give an ISO 8601 duration in weeks, days, hours, minutes or seconds, such as PT60S.'
    const problem = `"${rule.cooldown}" is not a duration of fixed length`
    checks.faults.push({ path: joinPath(path, 'cooldown'), problem, fix })
  }
  checkItems(checks, rule, path)
}

// `per` names the items, and says nothing alone. A completion's own key is recorded only once anyway.
function checkItems({ faults }: RequirementChecks, { per, take, once }: PointsRule, path: string): void {
  const given = take === undefined ? 'once' : 'take'
  if (per !== undefined && take === undefined && once === undefined) {
    const fix = 'Add take: "best" (a better one adds the difference) or once: true (only the first one gives points).'
    faults.push({ path: joinPath(path, 'per'), problem: 'does not say how the completions of an item share', fix })
  } else if (per === undefined && (take !== undefined || once !== undefined)) {
    const fix = `Add per, the metadata property that names the item, such as "quizId"${given === 'once' ? '. To give points once in all, use a cap per "ever".' : '.'}`
    faults.push({ path: joinPath(path, given), problem: 'needs to know what an item is', fix })
  } else if (take !== undefined && once !== undefined) {
    faults.push({
      path: joinPath(path, 'once'),
      problem: 'cannot be combined with take',
      fix: 'Remove one of the two.',
    })
  }
}

/** Checks that the catalog has a currency. */
export function checkCurrency({ currencies, faults }: RequirementChecks, currency: string, path: string): void {
  if (currencies.has(currency)) return
  const known = [...currencies].join(', ')
  const fix =
    known === '' ? `Add currencies: ["${currency}"] to the catalog.` : `Use one of ${known}, or add it to currencies.`
  faults.push({ path, problem: `"${currency}" is not a currency of the catalog`, fix })
}

/** Checks the boosts of points, and adds faults to `checks.faults`. */
export function checkBoosts(checks: RequirementChecks, boosts: readonly unknown[]): void {
  boosts.forEach((given, i) => {
    const path = joinPath('boosts', i)
    const faults = shapeFaults(boostShape, given, path)
    checks.faults.push(...faults)
    if (faults.length > 0) return
    const { category, where, from, until } = given as Boost
    if (category !== undefined) checkCategories(checks, { category }, path)
    checkWheres(checks, where === undefined ? {} : { where }, path)
    checks.faults.push(...windowFaults({ from, until }, path))
  })
}
