import { z } from 'zod'

/** Accepts any non-empty text. */
export const text = z.string().min(1)
/** Accepts whole numbers of at least 1. */
export const wholeTarget = z.int().min(1)
/** Accepts numbers above 0. */
export const positiveNumber = z.number().positive()

const scalar = z.union([z.string(), z.number(), z.boolean()])
const bound = z.union([z.number(), z.string()])

const whereTest = z
  .strictObject({
    eq: scalar.optional(),
    ne: scalar.optional(),
    gt: bound.optional(),
    gte: bound.optional(),
    lt: bound.optional(),
    lte: bound.optional(),
    in: z.array(scalar).min(1).optional(),
    exists: z.boolean().optional(),
  })
  .describe('Tests of one metadata property. All of them must pass')

/** Accepts the categories of a filter. */
export const category = z
  .union([text, z.array(text).min(1)])
  .describe('One category, or several that are counted together')
/** Accepts tests of metadata. */
export const where = z.record(text, whereTest).describe('Only completions whose metadata matches')

/** Lists the options of every kind of metric: which completions count. */
export const filter = {
  category,
  items: z.array(text).min(1).optional().describe('Only these item keys'),
  where: where.optional(),
}

/** Accepts a window of time. */
export const timeWindow = z
  .strictObject({ from: text.optional(), until: text.optional() })
  .describe(
    'From `from` until `until` (excluded): local days of the user (2026-12-01) or instants (2026-12-01T00:00:00Z)',
  )
/** Accepts a calendar period or a window of time. */
export const during = z
  .union([z.enum(['day', 'week', 'month', 'year']), timeWindow])
  .describe('Only completions within one calendar period of the user (the best one counts), or within a time window')
/** Accepts the length of a rolling window. */
export const within = text.describe(
  'An ISO 8601 duration of fixed length, such as P7D: only completions within this time',
)
