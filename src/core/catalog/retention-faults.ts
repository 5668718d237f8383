import { categoriesOf } from '../metrics/filter.js'
import { parseDuration } from '../time/duration.js'
import { dayMs } from '../time/period.js'
import { joinPath, shapeFaults } from '../values/shape-faults.js'
import { retentionShape } from './catalog-schema.js'
import { checkCategories, type RequirementChecks } from './requirement-faults.js'
import type { RetentionRule } from './retention.js'

/** Checks the rules for how long completions are kept, and adds faults to `checks.faults`. */
export function checkRetention(checks: RequirementChecks, rules: readonly unknown[]): void {
  const places = new Map<string, string>()
  rules.forEach((rule, i) => {
    const path = joinPath('retention', i)
    const faults = shapeFaults(retentionShape, rule, path)
    checks.faults.push(...faults)
    if (faults.length === 0) checkRule(checks, rule as RetentionRule, { path, places })
  })
}

function checkRule(
  checks: RequirementChecks,
  rule: RetentionRule,
  { path, places }: { readonly path: string; readonly places: Map<string, string> },
): void {
  checkCategories(checks, rule, path)
  for (const category of categoriesOf(rule)) {
    const place = places.get(category)
    if (place !== undefined)
      checks.faults.push({ path, problem: `is about "${category}", as ${place} is`, fix: 'Name a category once.' })
    places.set(category, path)
  }
  if ((parseDuration(rule.keep) ?? 0) < dayMs) {
    const problem = `"${rule.keep}" is not a duration of a day or more`
    checks.faults.push({ path: joinPath(path, 'keep'), problem, fix: 'Use an ISO 8601 duration such as P730D.' })
  }
}
