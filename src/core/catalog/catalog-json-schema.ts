import * as z from 'zod/mini'
import { described, positiveNumber, text } from '../metrics/filter-shape.js'
import { kindNames, metricKinds } from '../metrics/kinds.js'
import type { Direction } from '../metrics/metric.js'
import {
  boostShape,
  catalogShape,
  compositeShapes,
  labelShape,
  levelShapes,
  milestoneShape,
  pointsRuleShapes,
  requirementShapes,
  tierShape,
} from './catalog-schema.js'

/** Describes a catalog file as JSON Schema (draft 2020-12). The build writes it to `dist/catalog.schema.json`. */
export function catalogJsonSchema(): Record<string, unknown> {
  return { title: 'Milepost catalog', ...(z.toJSONSchema(wholeCatalog(), { io: 'input' }) as Record<string, unknown>) }
}

function wholeCatalog(): z.ZodMiniType {
  const requirement = anyRequirement()
  return z.extend(catalogShape, {
    labels: described(
      z.optional(z.record(text, z.union([labelShape, z.record(text, labelShape)]))),
      'Words for categories and metadata properties: in the locale of the catalog, or by locale',
    ),
    levels: z.optional(z.union([levelShapes.every, levelShapes.thresholds])),
    points: z.optional(z.array(z.union([pointsRuleShapes.fixed, pointsRuleShapes.byProperty]))),
    boosts: z.optional(z.array(boostShape)),
    milestones: z.array(
      z.union([
        z.omit(z.extend(milestoneShape, { requirement }), { tiers: true, tierMode: true }),
        z.omit(
          z.extend(milestoneShape, { requirement: tieredRequirement(requirement), tiers: tiersOf(positiveNumber) }),
          {
            repeatable: true,
          },
        ),
        ...withFallingTiers(),
      ]),
    ),
  })
}

function anyRequirement(): z.ZodMiniType {
  const requirement: z.ZodMiniType = z.lazy(() => {
    const of = z.array(requirement).check(z.minLength(1))
    return z.union([
      ...Object.values(requirementShapes),
      z.extend(compositeShapes.all, { of }),
      z.extend(compositeShapes.any, { of }),
      z.extend(compositeShapes.some, { of }),
    ])
  })
  return requirement
}

function tieredRequirement(requirement: z.ZodMiniType): z.ZodMiniType {
  const of = z.array(requirement).check(z.minLength(1))
  return z.union([
    ...shapesWithoutTarget('rising'),
    z.omit(requirementShapes.points, { target: true }),
    z.omit(requirementShapes.level, { target: true }),
    z.omit(requirementShapes.milestones, { target: true }),
    z.extend(z.omit(compositeShapes.some, { target: true }), { of }),
  ])
}

// Falling tiers may be any numbers.
function withFallingTiers(): readonly z.ZodMiniType[] {
  const requirements = shapesWithoutTarget('falling')
  if (requirements.length === 0) return []
  const milestone = z.extend(milestoneShape, { requirement: z.union(requirements), tiers: tiersOf(z.number()) })
  return [z.omit(milestone, { repeatable: true })]
}

function shapesWithoutTarget(direction: Direction): readonly z.ZodMiniType[] {
  const names = kindNames.filter(name => metricKinds[name].direction === direction)
  return names.map(name => z.omit(metricKinds[name].shape, { target: true }))
}

function tiersOf(target: z.ZodMiniNumber): z.ZodMiniType {
  return z.array(z.union([target, z.extend(tierShape, { target })])).check(z.minLength(1))
}
