import { weekdays } from '../time/weekday.js'
import {
  boolean,
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

const whereTest = object({
  eq: optional(scalar),
  ne: optional(scalar),
  gt: optional(bound),
  gte: optional(bound),
  lt: optional(bound),
  lte: optional(bound),
  in: optional(filledList(scalar)),
  exists: optional(boolean),
})

/** Accepts lists of at least one text. */
export const texts = filledList(text)

/** Accepts the categories of a filter. */
export const category = union([text, texts])
/** Accepts tests of metadata. */
export const where = record(text, whereTest)

const timeOfDay = string({ pattern: timeOfDayPattern.source })

const when = object({
  from: optional(timeOfDay),
  until: optional(timeOfDay),
  days: optional(filledList(oneOf(weekdays))),
})

/** Lists the options of every kind of metric: which completions count. */
export const filter = {
  category,
  items: optional(union([texts, object({ list: string({ minLength: 1, maxLength: 100 }) })])),
  where: optional(where),
  when: optional(when),
}

/** Accepts a window of time. */
export const timeWindow = object({ from: optional(text), until: optional(text) })
/** Accepts a calendar period or a window of time. */
export const during = union([oneOf(['day', 'week', 'month', 'year']), timeWindow])
