import { localDay } from './time-zone.js'

/** From when on a zone holds. The next one ends it. */
export type ZoneSince = { readonly zone: string; readonly since: Date }

/** A stretch of time in which one zone holds, `until` excluded. */
export type Stretch = {
  /** Its place among the stretches of the user. */
  readonly index: number
  readonly zone: string
  readonly from: number
  readonly until: number
  /** The clocks that the user went by shortly before it. */
  readonly clocks: readonly EarlierClock[]
}

/** A clock that a user went by, `until` when it still matters, and the last day that it showed the user. */
export type EarlierClock = { readonly zone: string; readonly until: number; readonly lastDay: number }

/** Puts zones in order of time: the first of them also holds before it was set; without any, `zoneOfOthers` holds. */
export function stretchesOf(zones: readonly ZoneSince[], zoneOfOthers: string): readonly Stretch[] {
  const inOrder = [...zones].sort((a, b) => a.since.getTime() - b.since.getTime())
  // Of several that were set at one instant, the last holds.
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

/** Finds the stretch that holds an instant. */
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

/** No two clocks on earth are further apart. */
const farthestMs = 26 * 3_600_000

// One clock a zone: a user who changes zones to and fro adds no more of them.
function clocksAt({ zone, clocks }: Stretch, at: number): readonly EarlierClock[] {
  const lastDay = localDay(zone, at - 1)
  const others = clocks.filter(clock => clock.until > at && clock.zone !== zone)
  const same = clocks.find(clock => clock.zone === zone && clock.until > at)
  return [...others, { zone, until: at + farthestMs, lastDay: Math.max(lastDay, same?.lastDay ?? lastDay) }]
}
