import type { UserState } from '../awards/decide.js'
import type { MetricRow } from '../metrics/metric.js'
import type { Calendar } from '../time/calendar.js'

/** What progress is measured from. */
export type ProgressView = {
  readonly state: UserState
  /** The dates of the badges held, by id. */
  readonly earnedAtById: ReadonlyMap<string, Date>
  /** When badges expire, by id, as {@link expiryDates} returns it. */
  readonly expiresAtById?: ReadonlyMap<string, Date>
  /** Ids of badges that were revoked manually: they are not awarded. */
  readonly refused?: ReadonlySet<string>
  /** Ids of badges that as many users have as can. */
  readonly full?: ReadonlySet<string> | undefined
  /** Metrics as they are stored, by name, then by part. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, MetricRow>>
  readonly now: Date
  readonly calendar: Calendar
}
