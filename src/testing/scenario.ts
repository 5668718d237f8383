import type { CompiledCatalog } from '../core/awards/compile.js'
import { laterOf } from '../core/awards/standing.js'
import { type Calendar, calendarOf, type Pause, type ZoneSince } from '../core/time/calendar.js'
import { timeZoneNamed } from '../core/time/time-zone.js'
import { type CompletionInput, checkCompletion, type NewCompletion } from '../core/users/completion.js'
import type { Metadata } from '../core/values/metadata.js'
import { instantOf, type Moment } from './moment.js'
import { instantsOf, type Series } from './series.js'

/** What a user does. */
export type Scenario = {
  readonly compiled: CompiledCatalog
  /** In the order of recording; each key once. */
  readonly completions: readonly NewCompletion[]
  readonly zones: readonly ZoneSince[]
  readonly pauses: readonly Pause[]
  /** When the next step happens by default. */
  readonly nextAt: Date
  /** When the latest step happened; null if there is none. */
  readonly latestAt: Date | null
}

/** The options of a user. */
export type UserOptions = {
  /** The IANA time zone of the user from the beginning. Default: the zone of the first `movesTo`, otherwise UTC. */
  readonly timeZone?: string
  /** When the first step happens by default. Default: `2026-01-01T12:00:00Z`. */
  readonly startsAt?: Moment
}

/** What is completed: one item, or a series. An item without a key gets a new one. */
export type ScenarioCompletion = {
  readonly category: string
  readonly itemKey?: string | undefined
  readonly metadata?: Metadata | undefined
  readonly series?: Series | undefined
}

// The earliest instant of a Date.
const earliest = new Date(-8.64e15)

/** Starts a scenario with a user who has done nothing yet. @throws Error for a wrong option */
export function startScenario(compiled: CompiledCatalog, { timeZone, startsAt }: UserOptions): Scenario {
  const start = instantOf(startsAt ?? '2026-01-01T12:00:00Z', 'startsAt')
  const zones = timeZone === undefined ? [] : [{ zone: checkedZone(timeZone), since: earliest }]
  return { compiled, completions: [], zones, pauses: [], nextAt: start, latestAt: null }
}

/**
 * Adds completions; a series starts at the instant. An item that was completed before changes nothing. @throws
 * INPUT_INVALID
 */
export function withCompletions(scenario: Scenario, described: ScenarioCompletion, at: Date): Scenario {
  const { completions, compiled } = scenario
  const { categories } = compiled.catalog
  const declared = categories ? new Set(categories) : undefined
  const byKey = new Map(completions.map(completion => [keyOf(completion), completion]))
  const given = inputsOf(scenario, described, at).map(input =>
    checkCompletion(input, { now: input.completedAt, categories: declared }),
  )
  for (const completion of given) if (!byKey.has(keyOf(completion))) byKey.set(keyOf(completion), completion)
  return after({ ...scenario, completions: [...byKey.values()] }, given.at(-1)!.completedAt)
}

/** Adds a change of zone at an instant. @throws Error if an earlier step happened later */
export function withZone(scenario: Scenario, timeZone: string, at: Date): Scenario {
  const { latestAt } = scenario
  if (latestAt && at < latestAt) {
    const latest = `the latest step (${latestAt.toISOString()})`
    throw new Error(
      `The move to ${timeZone} at ${at.toISOString()} is before ${latest}; add steps in chronological order`,
    )
  }
  return after({ ...scenario, zones: [...scenario.zones, { zone: checkedZone(timeZone), since: at }] }, at)
}

/** Adds a pause of streaks. The order of pauses and other steps does not matter. @throws Error if it is empty */
export function withPause(scenario: Scenario, pause: Pause): Scenario {
  const { from, until } = pause
  if (from >= until) {
    throw new Error(`The pause ends (${until.toISOString()}) before it starts (${from.toISOString()}); use a later end`)
  }
  return { ...scenario, pauses: [...scenario.pauses, pause] }
}

/** Makes the calendar of the user. */
export function calendarIn({ zones, pauses, compiled }: Scenario): Calendar {
  return calendarOf(zones, pauses, { dayStartsAt: compiled.catalog.definition.dayStartsAt })
}

/** Returns the default instant of a move, which is not before any step. */
export function nextMoveAt({ nextAt, latestAt }: Scenario): Date {
  return laterOf(nextAt, latestAt)!
}

/** Returns the default instant from which checks look: that of the latest step. */
export function endOf({ nextAt, latestAt }: Scenario): Date {
  return latestAt ?? nextAt
}

type DatedInput = CompletionInput & { readonly completedAt: Date }

function inputsOf(
  scenario: Scenario,
  { category, itemKey, metadata, series }: ScenarioCompletion,
  at: Date,
): readonly DatedInput[] {
  const input = { userId: 'user', category }
  const keys = freeKeys(scenario, category)
  const nextKey = (): string => keys.next().value!
  if (!series) return [{ ...input, itemKey: itemKey ?? nextKey(), completedAt: at, ...(metadata && { metadata }) }]
  const zone = calendarIn(scenario).zoneAt(at.getTime())
  return instantsOf(series, at, zone).map((completedAt, i) => {
    const given = typeof series.metadata === 'function' ? series.metadata(i + 1) : series.metadata
    return { ...input, itemKey: nextKey(), completedAt, ...(given && { metadata: given }) }
  })
}

function* freeKeys({ completions }: Scenario, category: string): Generator<string, never> {
  const taken = new Set(
    completions.filter(completion => completion.category === category).map(({ itemKey }) => itemKey),
  )
  for (let number = taken.size + 1; ; number++) {
    const key = `${category}-${number}`
    if (!taken.has(key)) yield key
  }
}

const minuteMs = 60_000

function after(scenario: Scenario, at: Date): Scenario {
  return { ...scenario, nextAt: new Date(at.getTime() + minuteMs), latestAt: laterOf(at, scenario.latestAt) }
}

function checkedZone(timeZone: string): string {
  const name = timeZoneNamed(timeZone)
  if (name !== undefined) return name
  throw new Error(`"${timeZone}" is not an IANA time zone; use one such as Europe/Berlin`)
}

function keyOf({ category, itemKey }: Pick<NewCompletion, 'category' | 'itemKey'>): string {
  return JSON.stringify([category, itemKey])
}
