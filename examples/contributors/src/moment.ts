import type { Commit } from './commit.js'

export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
export type Weekday = (typeof weekdays)[number]

/** When a commit was made, by the clock of the person who made it. */
export type Moment = {
  readonly at: Date
  readonly hour: number
  readonly weekday: Weekday
  /** True where the commit says no time that can be: then it counts as made now. */
  readonly isUnknown: boolean
}

const isoDate = /^(\d{4}-\d{2}-\d{2})T(\d{2}):/

/**
 * Tells when a commit was made: by its author, else (clocks go wrong, and history can be rewritten) when it was
 * committed. A date that lies ahead of `now` is none.
 */
export function momentOf({ authoredAt, committedAt }: Pick<Commit, 'authoredAt' | 'committedAt'>, now: Date): Moment {
  const moment = momentFrom(authoredAt, now) ?? momentFrom(committedAt, now)
  return moment ?? { at: now, hour: now.getUTCHours(), weekday: weekdayOf(now), isUnknown: true }
}

function momentFrom(iso: string, now: Date): Moment | undefined {
  const [, day = '', hour = ''] = isoDate.exec(iso) ?? []
  const at = new Date(iso)
  if (day === '' || Number.isNaN(at.getTime()) || at > now) return undefined
  return { at, hour: Number(hour), weekday: weekdayOf(new Date(`${day}T00:00:00Z`)), isUnknown: false }
}

function weekdayOf(day: Date): Weekday {
  return weekdays[day.getUTCDay()]!
}
