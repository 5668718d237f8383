const shape =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

/**
 * Parses an instant as written in files and tables: a Date, milliseconds since 1970, or ISO 8601 with a space or `T`,
 * as Postgres also writes it. Without a time zone it is UTC. Undefined if it is not valid.
 */
export function parseInstant(value: unknown): Date | undefined {
  if (value instanceof Date) return validOrNone(value)
  if (typeof value === 'number') return validOrNone(new Date(value))
  return typeof value === 'string' ? fromText(value.trim()) : undefined
}

/** Tells whether a value is a valid Date. */
export function isValidDate(value: unknown): value is Date {
  return value instanceof Date && validOrNone(value) !== undefined
}

/** From the year 1 to the last instant in JavaScript. Postgres supports all of these. */
const [earliestMs, latestMs] = [-62_135_596_800_000, 8.64e15]

/** Tells whether both JavaScript and Postgres support an instant, in milliseconds since 1970. */
export function isStorableTime(ms: number): boolean {
  return ms >= earliestMs && ms <= latestMs
}

const usualShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/

function fromText(text: string): Date | undefined {
  // As JavaScript writes it. Of a day that the month does not have, it would make one of the next month.
  if (usualShape.test(text) && Number(text.slice(8, 10)) < 29) return validOrNone(new Date(text))
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    shape.exec(text) ?? []
  if (year === undefined || !isDate(Number(year), Number(month), Number(day))) return undefined
  const time = `${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`
  return validOrNone(new Date(`${year}-${month}-${day}T${time}${zoneText(zone)}`))
}

// Postgres writes +02, but JavaScript parses +02:00.
function zoneText(zone: string): string {
  if (/^z$/i.test(zone)) return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`
}

// JavaScript parses 30 February as 2 March.
function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(2000, month - 1, day))
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function validOrNone(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date
}
