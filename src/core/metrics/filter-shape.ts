import * as z from 'zod/mini'
import { weekdays } from '../time/weekday.js'
import { timeOfDayPattern } from './when.js'

/** Adds a description, which the JSON Schema of a catalog shows. */
export function described<Shape extends z.ZodMiniType>(shape: Shape, description: string): Shape {
  const copy = z.clone(shape)
  z.globalRegistry.add(copy, { description })
  return copy
}

/** Accepts any non-empty text. */
export const text = z.string().check(z.minLength(1))
/** Accepts whole numbers of at least 1. */
export const wholeTarget = z.int().check(z.minimum(1))
/** Accepts numbers above 0. */
export const positiveNumber = z.number().check(z.positive())

const scalar = z.union([z.string(), z.number(), z.boolean()])
const bound = z.union([z.number(), z.string()])

const whereTest = described(
  z.strictObject({
    eq: z.optional(scalar),
    ne: z.optional(scalar),
    gt: z.optional(bound),
    gte: z.optional(bound),
    lt: z.optional(bound),
    lte: z.optional(bound),
    in: z.optional(z.array(scalar).check(z.minLength(1))),
    exists: z.optional(z.boolean()),
  }),
  'Tests of one metadata property. All of them must pass',
)

/** Accepts lists of at least one text. */
export const texts = z.array(text).check(z.minLength(1))

/** Accepts the categories of a filter. */
export const category = described(z.union([text, texts]), 'One category, or several that are counted together')
/** Accepts tests of metadata. */
export const where = described(z.record(text, whereTest), 'Only completions whose metadata matches')

const timeOfDay = z.string().check(z.regex(timeOfDayPattern))

const when = described(
  z.strictObject({
    from: z.optional(timeOfDay),
    until: z.optional(timeOfDay),
    days: z.optional(z.array(z.enum(weekdays)).check(z.minLength(1))),
  }),
  "Only at these hours (22:00, `until` excluded, also over midnight) or on the days on which they begin, by the user's clock",
)

/** Lists the options of every kind of metric: which completions count. */
export const filter = {
  category,
  items: described(z.optional(texts), 'Only these item keys'),
  where: z.optional(where),
  when: z.optional(when),
}

/** Accepts a window of time. */
export const timeWindow = described(
  z.strictObject({ from: z.optional(text), until: z.optional(text) }),
  'From `from` until `until` (excluded): local days of the user (2026-12-01) or instants (2026-12-01T00:00:00Z)',
)
/** Accepts a calendar period or a window of time. */
export const during = described(
  z.union([z.enum(['day', 'week', 'month', 'year']), timeWindow]),
  'Only completions within one calendar period of the user (the best one counts), or within a time window',
)
/** Accepts the length of a rolling window. */
export const within = described(
  text,
  'An ISO 8601 duration of fixed length, such as P7D: only completions within this time',
)
