import * as Duration from 'temporal-polyfill/fns/Duration'
import * as Instant from 'temporal-polyfill/fns/Instant'
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime'
import type { Metadata } from '../core/values/metadata.js'

/** Several completions of one category, each of a different item. */
export type Series = {
  /** How many. */
  readonly times: number
  /**
   * An ISO 8601 duration between two completions. Default: a minute. It follows the user's calendar: after `P1D` the
   * clock shows the same time, and `P1M` is a month.
   */
  readonly every?: string
  /** The metadata of each completion, or a function that returns it for a number from 1 on. */
  readonly metadata?: Metadata | ((number: number) => Metadata)
}

/** Computes the instants of a series in a time zone. @throws Error for invalid `times` or `every` */
export function instantsOf({ times, every = 'PT1M' }: Series, start: Date, zone: string): readonly Date[] {
  if (!Number.isInteger(times) || times < 1) throw new Error(`times is ${times}; use a whole number of at least 1`)
  const step = stepOf(every)
  const first = Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(start.getTime()), zone)
  // Each is computed from the first: a month after January 31 is the end of February, two months are March 31.
  return Array.from({ length: times }, (_, i) => new Date(ZonedDateTime.add(first, timesOf(step, i)).epochMilliseconds))
}

function stepOf(every: string): Duration.Record {
  const step = parsed(every)
  if (step && Duration.sign(step) > 0) return step
  throw new Error(`every is not a positive duration (given: ${every}); use an ISO 8601 duration such as P1D or PT90M`)
}

function parsed(every: string): Duration.Record | undefined {
  try {
    return Duration.fromString(every)
  } catch {
    return undefined
  }
}

function timesOf(
  { years, months, weeks, days, hours, minutes, seconds, milliseconds }: Duration.Record,
  factor: number,
): Duration.Record {
  return Duration.fromFields({
    years: years * factor,
    months: months * factor,
    weeks: weeks * factor,
    days: days * factor,
    hours: hours * factor,
    minutes: minutes * factor,
    seconds: seconds * factor,
    milliseconds: milliseconds * factor,
  })
}
