import { isStorableTime } from '../../core/time/instant.js'
import { textFault } from '../../core/values/metadata.js'

/** The kinds of parts in a cursor. */
type Parts = {
  readonly text: string
  /** A number as decimal digits. */
  readonly decimal: string
  /** Microseconds since 1970 as digits, because they exceed the exact range of JavaScript numbers. */
  readonly micros: string
  /** Milliseconds since 1970. */
  readonly ms: number
  /** `id`: an id or count that may need more than four bytes. `int`: a number that fits into four. */
  readonly id: number
  readonly int: number
}

/** The name of a kind of part. */
export type PartKind = keyof Parts

/** The parts of a cursor, by their kinds. */
export type CursorParts<Kinds extends readonly PartKind[]> = { readonly [Key in keyof Kinds]: Parts[Kinds[Key]] }

const isOfKind: Readonly<Record<PartKind, (part: unknown) => boolean>> = {
  text: part => typeof part === 'string' && textFault(part) === undefined,
  decimal: part => typeof part === 'string' && /^-?\d{1,400}(\.\d{1,400})?$/.test(part),
  micros: part => typeof part === 'string' && /^-?\d{1,18}$/.test(part) && isStorableTime(Number(part) / 1000),
  ms: part => Number.isSafeInteger(part) && isStorableTime(part as number),
  id: part => Number.isSafeInteger(part),
  int: part => Number.isInteger(part) && Math.abs(part as number) < 2 ** 31,
}

/** Encodes the end of a page as an opaque cursor. */
export function cursorOf(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/**
 * Decodes a cursor, which may come from an untrusted source. Returns null unless every part has its kind and can be
 * stored.
 */
export function partsOf<const Kinds extends readonly PartKind[]>(
  cursor: string,
  kinds: Kinds,
): CursorParts<Kinds> | null {
  const parts = parsed(cursor)
  const isSound = Array.isArray(parts) && parts.length === kinds.length
  return isSound && kinds.every((kind, i) => isOfKind[kind](parts[i])) ? (parts as unknown as CursorParts<Kinds>) : null
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(String(cursor), 'base64url').toString())
  } catch {
    return undefined
  }
}
