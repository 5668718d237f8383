/** Returns the locale of a region if it has the same language, otherwise the language alone. */
export function localeOf(language: string, region = language): string {
  return region.split('-')[0] === language.split('-')[0] ? region : language
}

/** Writes a number as the locale does. */
export function numberText(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value)
}

/** Writes a share as whole per cent; what is not nothing never as 0 %. */
export function shareText(share: number, locale: string): string {
  const percent = new Intl.NumberFormat(locale, { style: 'percent' })
  return share > 0 && share < 0.01 ? `< ${percent.format(0.01)}` : percent.format(share)
}

/** Writes a day, or with `isExact` the minute too, in a user's own time zone: the same on the server and in the browser. */
export function dateText(instant: Date, { locale, timeZone, isExact }: DateTextOptions): string {
  const style = isExact ? ({ dateStyle: 'long', timeStyle: 'short' } as const) : ({ dateStyle: 'medium' } as const)
  const write = (zone: string): string => new Intl.DateTimeFormat(locale, { ...style, timeZone: zone }).format(instant)
  try {
    return write(timeZone)
  } catch {
    // Not every browser knows every zone of the server's.
    return write('UTC')
  }
}

type DateTextOptions = { readonly locale: string; readonly timeZone: string; readonly isExact?: boolean }

const units = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
] as const

/** Writes how far an instant is from now: `3 days ago`, `in 2 hours`. */
export function relativeText(instant: Date, now: number, locale: string): string {
  const ms = instant.getTime() - now
  const [unit, length] = units.find(([, length]) => Math.abs(ms) >= length) ?? ['minute', 60_000]
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(ms / length), unit)
}
