import { weekdays } from '../time/weekday.js'
import {
  boolean,
  described,
  filledList,
  integer,
  number,
  object,
  oneOf,
  optional,
  record,
  string,
  union,
} from '../values/shape.js'
import { timeOfDayPattern } from './when.js'

/** Accepts any non-empty text. */
export const text = string({ minLength: 1 })
/** Accepts whole numbers of at least 1. */
export const wholeTarget = integer({ minimum: 1 })
/** Accepts numbers above 0. */
export const positiveNumber = number({ exclusiveMinimum: 0 })

const scalar = union([string(), number(), boolean])
const bound = union([number(), string()])

const whereTest = described(
  object({
    eq: optional(scalar),
    ne: optional(scalar),
    gt: optional(bound),
    gte: optional(bound),
    lt: optional(bound),
    lte: optional(bound),
    in: optional(filledList(scalar)),
    exists: optional(boolean),
  }),
  'Tests of one metadata property. All of them must pass',
)

/** Accepts lists of at least one text. */
export const texts = filledList(text)

/** Accepts the categories of a filter. */
export const category = described(union([text, texts]), 'One category, or several that are counted together')
/** Accepts tests of metadata. */
export const where = described(record(text, whereTest), 'Only completions whose metadata matches')

const timeOfDay = string({ pattern: timeOfDayPattern.source })

const when = described(
  object({
    from: optional(timeOfDay),
    until: optional(timeOfDay),
    days: optional(filledList(oneOf(weekdays))),
  }),
  "Only at these hours (22:00, `until` excluded, also over midnight) or on the days on which they begin, by the user's clock",
)

/** Lists the options of every kind of metric: which completions count. */
export const filter = {
  category,
  items: described(optional(texts), 'Only these item keys'),
  where: optional(where),
  when: optional(when),
}

/** Accepts a window of time. */
export const timeWindow = described(
  object({ from: optional(text), until: optional(text) }),
  'From `from` until `until` (excluded): local days of the user (2026-12-01) or instants (2026-12-01T00:00:00Z)',
)
/** Accepts a calendar period or a window of time. */
export const during = described(
  union([oneOf(['day', 'week', 'month', 'year']), timeWindow]),
  'Only completions within one calendar period of the user (the best one counts), or within a time window',
)
/** Accepts the length of a rolling window. */
export const within = described(
  text,
  'An ISO 8601 duration of fixed length, such as P7D: only completions within this time',
)
