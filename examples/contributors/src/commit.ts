import { createHash } from 'node:crypto'
import type { Area } from './area.js'

/** One commit of a history: as much of it as the milestones need. */
export type Commit = {
  readonly hash: string
  /** From the author's address, which itself is kept nowhere. */
  readonly userId: string
  /** The author's name, to be shown and never stored. */
  readonly name: string
  /** ISO 8601 in the author's own time zone. Set by the author's clock, so it may be anything. */
  readonly authoredAt: string
  /** ISO 8601, likewise. */
  readonly committedAt: string
  /** 0 of a first commit, more than 1 of a merge. */
  readonly parentCount: number
  /** Of a merge: 0, since what it brings was counted in the commits merged. */
  readonly fileCount: number
  readonly insertionCount: number
  readonly deletionCount: number
  readonly areas: ReadonlySet<Area>
  readonly subjectLength: number
}

/** Makes a user id from an address: always the same one, without telling the address. */
export function userIdFrom(address: string): string {
  return createHash('sha256').update(address.trim().toLowerCase()).digest('hex').slice(0, 16)
}

// Control characters would steer the terminal; direction marks would turn the rest of the line around.
const unprintable = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/** Makes a name from anybody's history safe to print. */
export function printableName(name: string): string {
  return name.replaceAll(unprintable, '').trim()
}
