import type { Catalog } from '../catalog/catalog.js'
import type { RetentionRule } from '../catalog/retention.js'
import { categoriesOf } from '../metrics/filter.js'
import { parseDuration } from '../time/duration.js'
import { dayMs } from '../time/period.js'
import { joinPath } from '../values/shape-faults.js'
import type { CatalogWarning } from './warning.js'

/** The least that a rule should keep, in days: until then, late completions and corrections are common. */
const fewDays = 30

/** Finds rules that fold completions which somebody will probably still need. Folding cannot be reverted. */
export function retentionWarnings(catalog: Catalog): readonly CatalogWarning[] {
  const counted = countedCategories(catalog)
  return catalog.retention.flatMap((rule, i) => [
    ...shortWarnings(rule, joinPath('retention', i)),
    ...uncountedWarnings(rule, { path: joinPath('retention', i), counted }),
  ])
}

function shortWarnings({ keep }: RetentionRule, path: string): readonly CatalogWarning[] {
  if (parseDuration(keep)! >= fewDays * dayMs) return []
  const problem = `folds completions after ${keep}. From then on, completions from before that come late are refused, and nothing before can be undone`
  return [{ kind: 'retention', path: joinPath(path, 'keep'), problem, fix: `Keep them P${fewDays}D or longer.` }]
}

type Counted = { readonly path: string; readonly counted: ReadonlySet<string> }

function uncountedWarnings(rule: RetentionRule, { path, counted }: Counted): readonly CatalogWarning[] {
  return [...new Set(categoriesOf(rule))]
    .filter(category => !counted.has(category))
    .map(category => {
      const problem = `folds completions of "${category}", which nothing in the catalog counts. A milestone that is added later cannot count them`
      return { kind: 'retention', path, problem, fix: 'Add what should be counted first, or take the category out.' }
    })
}

function countedCategories({ points, requirements, boards }: Catalog): ReadonlySet<string> {
  const found = new Set(points.flatMap(categoriesOf))
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const { category, of } = value as {
      readonly category?: string | readonly string[]
      readonly of?: readonly unknown[]
    }
    if (category !== undefined) for (const each of categoriesOf({ category })) found.add(each)
    for (const part of of ?? []) visit(part)
  }
  requirements.forEach(visit)
  for (const { by } of boards) visit(by)
  return found
}
