/**
 * An exact decimal number: a plain `number` if it is a safe integer, otherwise `unscaled / 10^scale`. Normal form: no
 * trailing zeros, so equal values are structurally equal.
 */
export type Decimal = number | BigDecimal
/** Below every number, and not a number itself: the start of metrics where lower is better. */
export const belowAll: Decimal = Number.NEGATIVE_INFINITY

type BigDecimal = { readonly unscaled: bigint; readonly scale: number }

const pattern = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/**
 * Converts a finite number to the shortest decimal that stands for it, so 0.1 is exactly a tenth. @throws TypeError if
 * it is not finite
 */
export function decimalFromNumber(value: number): Decimal {
  return Number.isSafeInteger(value) ? value + 0 : parseDecimal(String(value))
}

/** Parses a number as Postgres or JavaScript writes it, or {@link belowAll}. @throws TypeError if it is neither */
export function parseDecimal(text: string): Decimal {
  if (text === '-Infinity') return belowAll
  const match = pattern.exec(text)
  if (!match) throw new TypeError(`Not a decimal number: ${text}`)
  const [, sign, whole, fraction = '', exponent = '0'] = match
  const unscaled = BigInt(`${sign}${whole}${fraction}`)
  return normal(unscaled, fraction.length - Number(exponent))
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  const [x, y, scale] = aligned(a, b)
  return normal(x + y, scale)
}

/** Compares two decimals: negative if `a < b`, zero if equal, positive if `a > b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a === belowAll || b === belowAll) return Number(b === belowAll) - Number(a === belowAll)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [x, y] = aligned(a, b)
  return x < y ? -1 : x > y ? 1 : 0
}

export function maxDecimal(a: Decimal, b: Decimal): Decimal {
  return compareDecimals(a, b) >= 0 ? a : b
}

/** Rounds to the nearest double, for display. */
export function decimalToNumber(value: Decimal): number {
  return typeof value === 'number' ? value : Number(formatDecimal(value))
}

/** Writes the plain notation that Postgres' `numeric` reads back exactly, never with an exponent. */
export function formatDecimal(value: Decimal): string {
  if (typeof value === 'number') return String(value)
  const { unscaled, scale } = value
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const sign = unscaled < 0n ? '-' : ''
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const x = big(a)
  const y = big(b)
  const scale = Math.max(x.scale, y.scale)
  return [raised(x, scale), raised(y, scale), scale]
}

function big(value: Decimal): BigDecimal {
  return typeof value === 'number' ? { unscaled: BigInt(value), scale: 0 } : value
}

function raised(value: BigDecimal, scale: number): bigint {
  return scale === value.scale ? value.unscaled : value.unscaled * 10n ** BigInt(scale - value.scale)
}

function normal(unscaled: bigint, scale: number): Decimal {
  let digits = scale < 0 ? unscaled * 10n ** BigInt(-scale) : unscaled
  let places = Math.max(scale, 0)
  while (places > 0 && digits % 10n === 0n) {
    digits /= 10n
    places -= 1
  }
  const number = Number(digits)
  return places === 0 && Number.isSafeInteger(number) ? number : { unscaled: digits, scale: places }
}

export function negated(value: Decimal): Decimal {
  return typeof value === 'number' ? 0 - value : { unscaled: -value.unscaled, scale: value.scale }
}

/** Multiplies by a whole number. */
export function timesWhole(value: Decimal, factor: number): Decimal {
  if (typeof value === 'number' && Number.isSafeInteger(value * factor)) return value * factor
  const { unscaled, scale } = big(value)
  return normal(unscaled * BigInt(factor), scale)
}

/** Returns how often a positive decimal fits into another, as a whole number. */
export function timesIn(part: Decimal, whole: Decimal): number {
  if (typeof part === 'number' && typeof whole === 'number') return Math.floor(whole / part)
  const [x, y] = aligned(part, whole)
  return Number(y / x)
}
