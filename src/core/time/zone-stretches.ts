import { localDay } from './time-zone.js'

/** A time zone and when it took effect. It ends when the next one takes effect. */
export type ZoneSince = { readonly zone: string; readonly since: Date }

/** A stretch of time with one time zone, `until` excluded. */
export type Stretch = {
  /** Its position among the stretches of the user. */
  readonly index: number
  readonly zone: string
  readonly from: number
  readonly until: number
  /** The clocks that the user had shortly before it. */
  readonly clocks: readonly EarlierClock[]
}

/** An earlier clock of a user: it matters until `until`, and `lastDay` is the last day that it showed the user. */
export type EarlierClock = { readonly zone: string; readonly until: number; readonly lastDay: number }

/** Sorts zones by time. The first one also holds before it was set. If there is none, `zoneOfOthers` holds. */
export function stretchesOf(zones: readonly ZoneSince[], zoneOfOthers: string): readonly Stretch[] {
  const inOrder = [...zones].sort((a, b) => a.since.getTime() - b.since.getTime())
  // If several were set at the same instant, the last one holds.
  const [first = { zone: zoneOfOthers }, ...later] = inOrder.filter(
    ({ since }, i) => i === 0 || inOrder[i + 1]?.since.getTime() !== since.getTime(),
  )
  const froms = [Number.NEGATIVE_INFINITY, ...later.map(({ since }) => since.getTime())]
  const stretches: Stretch[] = []
  for (const [index, { zone }] of [first, ...later].entries()) {
    const from = froms[index]!
    const before = stretches.at(-1)
    const clocks = before ? clocksAt(before, from) : []
    stretches.push({ index, zone, from, until: froms[index + 1] ?? Number.POSITIVE_INFINITY, clocks })
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

/** The most that two clocks on earth can differ. */
const farthestMs = 26 * 3_600_000

// One clock per zone, so that a user who switches back and forth adds no more of them.
function clocksAt({ zone, clocks }: Stretch, at: number): readonly EarlierClock[] {
  const lastDay = localDay(zone, at - 1)
  const others = clocks.filter(clock => clock.until > at && clock.zone !== zone)
  const same = clocks.find(clock => clock.zone === zone && clock.until > at)
  return [...others, { zone, until: at + farthestMs, lastDay: Math.max(lastDay, same?.lastDay ?? lastDay) }]
}
