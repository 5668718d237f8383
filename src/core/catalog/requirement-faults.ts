import { categoriesOf } from '../metrics/filter.js'
import type { AddFault } from '../metrics/kind.js'
import { isMetricRequirement, kindOf, type MetricRequirement } from '../metrics/kinds.js'
import { requirementDepthLimit } from '../metrics/requirement.js'
import type { TutorialCategories } from '../metrics/tutorial-requirement.js'
import type { When } from '../metrics/when.js'
import { parseDuration } from '../time/duration.js'
import { badgeCategory, idLimits } from '../users/completion.js'
import { utf8Length } from '../values/code-points.js'
import { isPlainObject } from '../values/metadata.js'
import { type CatalogFault, joinPath, shapeFaults, suggest } from '../values/shape-faults.js'
import { type BadgeReferences, refer } from './badge-references.js'
import { compositeShapes, requirementShapes } from './catalog-schema.js'
import { windowFaults } from './window-faults.js'

/** What the checks of requirements know about the rest of the catalog, and the faults they find. */
export type RequirementChecks = {
  readonly faults: CatalogFault[]
  readonly references: BadgeReferences
  readonly currencies: ReadonlySet<unknown>
  /** The declared categories, if the catalog declares any. */
  readonly categories: ReadonlySet<unknown> | undefined
  readonly tutorialCategories: TutorialCategories
  /** How many thresholds the level rule has. Undefined if it has none. */
  readonly thresholdCount: number | undefined
}

type RequirementPath = { readonly path: string; readonly depth: number; readonly milestone: string | undefined }

/** Checks a requirement and its parts, and adds faults to `checks.faults`. */
export function checkRequirement(checks: RequirementChecks, value: unknown, place: RequirementPath): void {
  const add = addTo(checks, place.path)
  if (!isPlainObject(value)) {
    add([], 'is not a requirement', 'Use an object with a `type`.')
  } else if (isKeyOf(compositeShapes, value.type)) {
    checkComposite(checks, value as Composite, place, add)
  } else if (isKeyOf(requirementShapes, value.type)) {
    const faults = shapeFaults(requirementShapes[value.type], value, place.path)
    checks.faults.push(...faults)
    if (faults.length === 0) checkLeaf(checks, value as Leaf, place, add)
  } else {
    const type = String(value.type)
    add(['type'], `"${type}" is not a requirement type`, suggest(type, requirementTypes))
  }
}

function isKeyOf<Shapes extends object>(shapes: Shapes, type: unknown): type is keyof Shapes {
  return typeof type === 'string' && Object.hasOwn(shapes, type)
}

const requirementTypes = [...Object.keys(requirementShapes), ...Object.keys(compositeShapes)]

type Composite = { readonly type: keyof typeof compositeShapes; readonly of?: unknown; readonly target?: unknown }
type Leaf = {
  readonly type: keyof typeof requirementShapes
  readonly category?: string | readonly string[]
  readonly items?: readonly string[]
  readonly distinct?: string
  readonly during?: unknown
  readonly within?: string
  readonly where?: { readonly [property: string]: { readonly [operator: string]: unknown } }
  readonly when?: When
  readonly ids?: readonly string[]
  readonly target?: number
  readonly count?: number
  readonly tutorialIds?: readonly string[]
  readonly workflowIds?: readonly string[]
}

function checkComposite(checks: RequirementChecks, composite: Composite, place: RequirementPath, add: AddFault): void {
  if (place.depth > requirementDepthLimit) {
    add([], `is nested deeper than ${requirementDepthLimit} levels`, 'Flatten it, or split it into milestones.')
    return
  }
  checks.faults.push(...shapeFaults(compositeShapes[composite.type], composite, place.path))
  if (!Array.isArray(composite.of)) return
  const { of, target } = composite
  if (typeof target === 'number' && target > of.length) {
    add(['target'], `asks for ${target} of ${of.length} parts`, `Let target be at most ${of.length}.`)
  }
  of.forEach((part, i) => {
    checkRequirement(checks, part, { ...place, path: joinPath(place.path, 'of', i), depth: place.depth + 1 })
  })
}

function checkLeaf(checks: RequirementChecks, leaf: Leaf, place: RequirementPath, add: AddFault): void {
  if (isMetricRequirement(leaf)) {
    checkMetric(checks, leaf, place, add)
    return
  }
  switch (leaf.type) {
    case 'milestones':
      checkMilestones(checks, leaf, place, add)
      return
    case 'level':
      if (checks.thresholdCount !== undefined && leaf.target! > checks.thresholdCount + 1) {
        add(['target'], `is ${leaf.target}, but the highest level is ${checks.thresholdCount + 1}`, 'Add a threshold.')
      }
      return
    case 'points':
      return
    default:
      checkTutorial(checks, leaf, add)
  }
}

/** Checks the categories of a filter at a path. */
export function checkCategories(checks: RequirementChecks, filter: Categories, path: string): void {
  for (const category of categoriesOf(filter)) checkCategory(checks, category, 'category', addTo(checks, path))
}

/** Checks the tests of a filter at a path. */
export function checkWheres(checks: RequirementChecks, { where = {} }: Wheres, path: string): void {
  for (const [property, test] of Object.entries(where)) checkWhere(property, test, addTo(checks, path))
}

type Categories = { readonly category: string | readonly string[] }
type Wheres = { readonly where?: Leaf['where'] }

function addTo(checks: RequirementChecks, path: string): AddFault {
  return (keys, problem, fix) => {
    checks.faults.push({ path: joinPath(path, ...keys), problem, fix })
  }
}

function checkMetric(checks: RequirementChecks, leaf: Leaf, { path }: RequirementPath, add: AddFault): void {
  checkTimes(checks, leaf, path, add)
  checkFilter(checks, leaf as MetricRequirement, path)
}

/** Checks which completions a metric counts. */
export function checkFilter(checks: RequirementChecks, requirement: MetricRequirement, path: string): void {
  const add = addTo(checks, path)
  checkCategories(checks, requirement, path)
  checkWheres(checks, requirement as Wheres, path)
  checkWhen(requirement, add)
  kindOf(requirement).faults?.(requirement, add)
}

function checkWhen({ when }: Pick<Leaf, 'when'>, add: AddFault): void {
  if (when === undefined) return
  const { from, until, days } = when
  if (from === undefined && until === undefined && days === undefined) {
    add(['when'], 'is empty', 'Give hours (from, until), days or both, or leave it out.')
  }
  if (until !== undefined && until === (from ?? '00:00')) {
    add(['when', 'until'], `is ${until}, when the hours begin`, 'Leave both out for the whole day.')
  }
}

function checkTimes(checks: RequirementChecks, leaf: Leaf, path: string, add: AddFault): void {
  checks.faults.push(...windowFaults(leaf.during, joinPath(path, 'during')))
  if (leaf.within === undefined) return
  if (parseDuration(leaf.within) === undefined) {
    const fix = 'Give an ISO 8601 duration in weeks, days, hours, minutes or seconds, such as P7D or PT12H.'
    add(['within'], `"${leaf.within}" is not a duration of fixed length`, fix)
  }
  if (typeof leaf.during === 'string')
    add(['within'], 'cannot be combined with a calendar period', 'Remove one of the two.')
  if (leaf.distinct !== undefined) add(['within'], 'cannot be combined with distinct', 'Remove one of the two.')
}

function checkCategory(checks: RequirementChecks, category: string, key: string, add: AddFault): void {
  if (category === badgeCategory) add([key], `"${category}" is reserved for badges`, 'Use a `milestones` requirement.')
  if (utf8Length(category) > idLimits.category) add([key], `is over ${idLimits.category} bytes`, 'Use a shorter name.')
  if (checks.categories && !checks.categories.has(category)) {
    const known = [...checks.categories].map(String)
    add([key], `"${category}" is not among the catalog's categories`, suggest(category, known))
  }
}

function checkWhere(property: string, test: { readonly [operator: string]: unknown }, add: AddFault): void {
  const keys = ['where', property]
  const operators = Object.keys(test)
  if (operators.length === 0) add(keys, 'has no test', 'Give one, as in { gte: 100 }.')
  if (test.exists === false && operators.length > 1) {
    add(keys, 'asks for a missing property and for its value', 'Keep one of both.')
  }
}

function checkMilestones(checks: RequirementChecks, leaf: Leaf, place: RequirementPath, add: AddFault): void {
  const ids = new Set(leaf.ids)
  for (const id of ids) {
    const fault = refer(checks.references, place.milestone, id)
    if (fault) add(['ids'], fault.problem, fault.fix)
  }
  if (leaf.target !== undefined && leaf.target > ids.size) {
    add(
      ['target'],
      `is ${leaf.target}, but only ${ids.size} milestones are named`,
      `Let target be at most ${ids.size}.`,
    )
  }
}

function checkTutorial(checks: RequirementChecks, leaf: Leaf, add: AddFault): void {
  for (const category of tutorialCategoriesOf(leaf, checks.tutorialCategories)) {
    checkCategory(checks, category, 'type', add)
  }
  if (leaf.type !== 'tutorials_completed' && leaf.type !== 'workflows_completed') return
  const list = leaf.type === 'tutorials_completed' ? 'tutorialIds' : 'workflowIds'
  if ((leaf.count === undefined) === (leaf[list] === undefined)) {
    const problem = leaf.count === undefined ? `has neither count nor ${list}` : `has both count and ${list}`
    add([], problem, `Give one of both: count for any so many, ${list} for these.`)
  }
}

function tutorialCategoriesOf(leaf: Leaf, categories: TutorialCategories): readonly string[] {
  switch (leaf.type) {
    case 'tutorials_completed':
      return [categories.tutorial]
    case 'steps_completed':
      return [categories.tutorialStep]
    case 'quiz_perfect':
      return [categories.tutorialStep, categories.quiz]
    case 'workflows_completed':
      return [categories.workflow]
    default:
      return [categories.action]
  }
}
