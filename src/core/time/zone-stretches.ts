import { dayStartMs } from './day-start.js'
import { type Clock, localDay } from './time-zone.js'

/**
 * A time zone and when it took effect. It ends when the next one takes effect. `dayStartsAt`: when the user's days start
 * since then. Omitted: as for users who set nothing.
 */
export type ZoneSince = { readonly zone: string; readonly since: Date; readonly dayStartsAt?: string }

/** What a user's clock goes by since an instant, as it is stored. null: as for users who set nothing. */
export type ClockSince = {
  readonly zone: string | null
  readonly since: Date
  readonly dayStartsAt?: string | null | undefined
}

/** What the clocks of users go by who set nothing. */
export type UsualClock = { readonly zone: string; readonly dayStartsAt: string }

/** A stretch of time with one clock, `until` excluded. */
export type Stretch = Clock & {
  /** Its position among the stretches of the user. */
  readonly index: number
  readonly from: number
  readonly until: number
  /** The clocks that the user had shortly before it. */
  readonly clocks: readonly EarlierClock[]
}

/** An earlier clock of a user: it matters until `until`, and `lastDay` is the last day that it showed the user. */
export type EarlierClock = Clock & { readonly until: number; readonly lastDay: number }

/** Sorts clocks by time. The first one also holds before it was set. */
export function stretchesOf(zones: readonly ClockSince[], usual: UsualClock): readonly Stretch[] {
  const inOrder = [...zones].sort((a, b) => a.since.getTime() - b.since.getTime())
  // If several were set at the same instant, the last one holds.
  const [first = usual, ...later] = inOrder.filter(
    ({ since }, i) => i === 0 || inOrder[i + 1]?.since.getTime() !== since.getTime(),
  )
  const froms = [Number.NEGATIVE_INFINITY, ...later.map(({ since }) => since.getTime())]
  const stretches: Stretch[] = []
  for (const [index, { zone, dayStartsAt }] of [first, ...later].entries()) {
    const from = froms[index]!
    const before = stretches.at(-1)
    const clocks = before ? clocksAt(before, from) : []
    const clock = { zone: zone ?? usual.zone, dayStartMs: dayStartMs(dayStartsAt ?? usual.dayStartsAt) }
    stretches.push({ index, ...clock, from, until: froms[index + 1] ?? Number.POSITIVE_INFINITY, clocks })
  }
  return stretches
}

/** Finds the stretch that contains an instant. */
export function stretchAt(stretches: readonly Stretch[], ms: number): Stretch {
  let low = 0
  let high = stretches.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (stretches[middle]!.from <= ms) low = middle
    else high = middle
  }
  return stretches[low]!
}

/** The most that the days of two clocks can differ: 26 hours on earth, and 12 by when days start. */
const farthestMs = 38 * 3_600_000

// Each clock once, so that a user who switches back and forth adds no more of them.
function clocksAt({ zone, dayStartMs, clocks }: Stretch, at: number): readonly EarlierClock[] {
  const lastDay = localDay({ zone, dayStartMs }, at - 1)
  const isSame = (clock: EarlierClock): boolean => clock.zone === zone && clock.dayStartMs === dayStartMs
  const others = clocks.filter(clock => clock.until > at && !isSame(clock))
  const same = clocks.find(clock => isSame(clock) && clock.until > at)
  return [...others, { zone, dayStartMs, until: at + farthestMs, lastDay: Math.max(lastDay, same?.lastDay ?? lastDay) }]
}
