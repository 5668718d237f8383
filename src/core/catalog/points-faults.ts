import { joinPath, shapeFaults } from '../values/shape-faults.js'
import { pointsRuleShape } from './catalog-schema.js'
import { type PointsRule, sourceOf } from './points-rule.js'
import { checkCategories, checkWheres, type RequirementChecks } from './requirement-faults.js'

/** Checks the rules for points of completions, and adds faults to `checks.faults`. */
export function checkPointsRules(checks: RequirementChecks, rules: readonly unknown[]): void {
  const firstPlace = new Map<string, string>()
  rules.forEach((rule, i) => {
    const path = joinPath('points', i)
    const faults = shapeFaults(pointsRuleShape, rule, path)
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
  const source = sourceOf(rule, text => text)
  const first = firstPlace.get(source)
  if (first === undefined) firstPlace.set(source, path)
  else checks.faults.push({ path, problem: `looks at the same completions as ${first}`, fix: 'Make one rule of both.' })
  if (rule.cap && rule.cap.points < rule.points) {
    const problem = `is ${rule.cap.points}, less than the points of one completion (${rule.points})`
    checks.faults.push({ path: joinPath(path, 'cap', 'points'), problem, fix: 'Raise the cap, or lower the points.' })
  }
}
