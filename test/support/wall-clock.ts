import { Temporal } from 'temporal-polyfill'

/** Zones whose clocks do what code forgets: half hours, skipped midnights, skipped days, rules that change every year. */
export const awkwardZones = [
  'Africa/Cairo',
  'Africa/Casablanca',
  'Africa/El_Aaiun',
  'Africa/Juba',
  'Africa/Sao_Tome',
  'Africa/Windhoek',
  'America/Asuncion',
  'America/Caracas',
  'America/Havana',
  'America/Nuuk',
  'America/New_York',
  'America/Phoenix',
  'America/Port-au-Prince',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/Scoresbysund',
  'America/St_Johns',
  'Antarctica/Casey',
  'Antarctica/Troll',
  'Asia/Amman',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Pyongyang',
  'Asia/Tehran',
  'Asia/Ulaanbaatar',
  'Atlantic/Azores',
  'Australia/Adelaide',
  'Australia/Eucla',
  'Australia/Lord_Howe',
  'Europe/Berlin',
  'Europe/Dublin',
  'Europe/Istanbul',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Fiji',
  'Pacific/Kiritimati',
  'Pacific/Norfolk',
  'Pacific/Pago_Pago',
] as const

/** Lists the instants from 2015 to 2037 at which clocks in a zone are put forward or back. */
export function clockChangesIn(zone: string): readonly number[] {
  const changes: number[] = []
  let at = new Temporal.ZonedDateTime(BigInt(firstMs - 1) * 1_000_000n, zone)
  for (;;) {
    const next = at.getTimeZoneTransition('next')
    if (!next || next.epochMilliseconds >= endMs) return changes
    changes.push(next.epochMilliseconds)
    at = next
  }
}

const firstMs = Date.UTC(2015)
const endMs = Date.UTC(2038)

/** Lists instants from 2015 to 2037, so many days apart. */
export function everyDays(count: number): readonly number[] {
  const stepMs = count * 24 * hourMs
  return Array.from({ length: Math.floor((endMs - firstMs) / stepMs) }, (_, i) => firstMs + i * stepMs)
}

/** Reads the date from a clock in a zone, again on each call. */
export function dateOn(zone: string, ms: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate()
}

/** Tells how far a clock in a zone is ahead of UTC. */
export function offsetMsIn(zone: string, ms: number): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000
}

/** Counts a date's days from 1970-01-01. */
export function dayNumber({ year, month, day }: Temporal.PlainDate): number {
  return Date.UTC(year, month - 1, day) / (24 * hourMs)
}

/** Lists the quarters of an hour in which some clock on earth may show a day, those of its own day in UTC first. */
export function quartersAround(day: number): readonly number[] {
  const quarters = Array.from({ length: 96 }, (_, i) => day * 24 * hourMs + i * (hourMs / 4))
  return [0, -1, 1].flatMap(shift => quarters.map(at => at + shift * 24 * hourMs))
}

/** Lists the instants around one at which a day of a clock may begin or end by mistake: hours, midnights, a moment off. */
export function instantsAround(zone: string, ms: number): readonly number[] {
  const hours = [-26, -12, -2, -1, -0.5, 0, 0.5, 1, 2, 12, 26].map(count => ms + count * hourMs)
  const day = dayNumber(dateOn(zone, ms))
  const midnights = [ms - 1, ms].flatMap(at =>
    [day - 1, day, day + 1].map(near => near * 24 * hourMs - offsetMsIn(zone, at)),
  )
  return [...new Set([...hours, ms - 1, ms + 1, ...midnights, ...midnights.map(at => at - 1)])]
}

const hourMs = 3_600_000
