import type { ClockSince } from './zone-stretches.js'

/** A change to what a user's clock goes by. The zone and the start of days each have their own history. */
export type ClockChange = {
  readonly since: Date
  readonly set: { readonly zone: string } | { readonly dayStartsAt: string | null }
}

/** Tells whether it is the first zone of a user, which then also holds for everything before it. */
export function isFirstZone(clocks: readonly ClockSince[], { set }: ClockChange): boolean {
  return 'zone' in set && clocks.every(({ zone }) => zone === null)
}

/** Lists the clocks that a change leaves: those before it. */
export function clocksBefore(clocks: readonly ClockSince[], { since, set }: ClockChange): readonly ClockSince[] {
  // Days before the first own start of days start as for users who set nothing.
  if (clocks.length === 0 && 'dayStartsAt' in set) return [{ ...nothingSet, since: justBefore(since) }]
  return clocks.filter((clock, i) => i === 0 || clock.since < since)
}

/**
 * Changes the clocks of a user, in order of time. What was set for a later instant is removed. `isUsed`: whether anything
 * was completed by the last clock before the change. Otherwise it is forgotten, so that switching back and forth stores
 * nothing.
 */
export function changedClocks(
  clocks: readonly ClockSince[],
  change: ClockChange,
  { isUsed }: { readonly isUsed: boolean },
): readonly ClockSince[] {
  const { since, set } = change
  const isFirst = isFirstZone(clocks, change)
  const before = clocksBefore(clocks, change).map(clock => (isFirst ? { ...clock, ...set } : clock))
  const inEffect = clocks.findLast((clock, i) => i === 0 || clock.since <= since) ?? nothingSet
  const later = clocks.filter((clock, i) => i > 0 && clock.since > since).map(clock => ({ ...clock, ...set }))
  const kept = isUsed ? before : before.slice(0, -1)
  // The first clock also holds for the time before it, so its instant can be anywhere before the next one.
  const moved = kept.map(clock => (clock.since < since ? clock : { ...clock, since: justBefore(since) }))
  const all = withoutRepeats([...moved, { ...inEffect, ...set, since }, ...later])
  return all.every(clock => isSame(clock, nothingSet)) ? [] : all
}

const nothingSet = { zone: null, dayStartsAt: null }

function justBefore(instant: Date): Date {
  return new Date(instant.getTime() - 1)
}

function withoutRepeats(clocks: readonly ClockSince[]): readonly ClockSince[] {
  return clocks.filter((clock, i) => i === 0 || !isSame(clock, clocks[i - 1]!))
}

type ClockSetting = Omit<ClockSince, 'since'>

function isSame(a: ClockSetting, b: ClockSetting): boolean {
  return a.zone === b.zone && (a.dayStartsAt ?? null) === (b.dayStartsAt ?? null)
}
