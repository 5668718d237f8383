import { positiveNumber, text } from '../metrics/filter-shape.js'
import { kindNames, metricKinds } from '../metrics/kinds.js'
import type { Direction } from '../metrics/metric.js'
import {
  described,
  extend,
  filledList,
  list,
  number,
  omit,
  oneOf,
  optional,
  record,
  type Shape,
  union,
} from '../values/shape.js'
import { describedShapes } from './catalog-descriptions.js'
import { compositeShapes, requirementShapes } from './catalog-schema.js'

/** Describes a catalog file as JSON Schema (draft 2020-12). The build writes it to `dist/catalog.schema.json`. */
export function catalogJsonSchema(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Milepost catalog',
    ...wholeCatalog(),
    $defs: { requirement: anyRequirement() },
  }
}

// Requirements contain requirements.
const requirement: Shape = { $ref: '#/$defs/requirement' }
const of = filledList(requirement)

function wholeCatalog(): Shape {
  return extend(describedShapes.catalog, {
    labels: described(
      optional(record(text, union([describedShapes.label, record(text, describedShapes.label)]))),
      'Words for categories and metadata properties: in the locale of the catalog, or by locale',
    ),
    levels: optional(union([describedShapes.levelsEvery, describedShapes.levelThresholds])),
    points: optional(list(union([describedShapes.fixedRule, describedShapes.ruleByProperty]))),
    boosts: optional(list(describedShapes.boost)),
    retention: optional(list(describedShapes.retention)),
    boards: optional(list(extend(describedShapes.board, { by: measure() }))),
    milestones: list(
      union([
        omit(extend(describedShapes.milestone, { requirement }), ['tiers', 'tierMode']),
        omit(extend(describedShapes.milestone, { requirement: tieredRequirement(), tiers: tiersOf(positiveNumber) }), [
          'repeatable',
        ]),
        ...withFallingTiers(),
      ]),
    ),
  })
}

function measure(): Shape {
  return union([oneOf(['points', 'badges']), ...Object.values(describedShapes.boardMetrics)])
}

function anyRequirement(): Shape {
  return union([
    ...Object.values({ ...requirementShapes, ...describedShapes.kinds }),
    ...Object.values(compositeShapes).map(composite => extend(composite, { of })),
  ])
}

function tieredRequirement(): Shape {
  return union([
    ...shapesWithoutTarget('rising'),
    omit(requirementShapes.points, ['target']),
    omit(requirementShapes.level, ['target']),
    omit(requirementShapes.milestones, ['target']),
    extend(omit(compositeShapes.some, ['target']), { of }),
  ])
}

// Falling tiers may be any numbers.
function withFallingTiers(): readonly Shape[] {
  const requirements = shapesWithoutTarget('falling')
  if (requirements.length === 0) return []
  const milestone = extend(describedShapes.milestone, { requirement: union(requirements), tiers: tiersOf(number()) })
  return [omit(milestone, ['repeatable'])]
}

function shapesWithoutTarget(direction: Direction): readonly Shape[] {
  const names = kindNames.filter(name => metricKinds[name].direction === direction)
  return names.map(name => omit(describedShapes.kinds[name], ['target']))
}

function tiersOf(target: Shape): Shape {
  return filledList(union([target, extend(describedShapes.tier, { target })]))
}
