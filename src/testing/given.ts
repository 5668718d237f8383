import { unlocksOf } from '../core/awards/badge.js'
import { compileCatalog } from '../core/awards/compile.js'
import type { Catalog } from '../core/catalog/catalog.js'
import { withLists } from '../core/catalog/item-lists.js'
import type { Metadata } from '../core/values/metadata.js'
import type { CatalogScenario, Then, TimedUser, User } from './chain.js'
import { checksOf } from './checks.js'
import { instantOf, instantWords, isDay, type Moment } from './moment.js'
import { type Outcome, outcomeOf, progressIn } from './outcome.js'
import {
  calendarIn,
  endOf,
  nextMoveAt,
  type Scenario,
  startScenario,
  withCompletions,
  withPause,
  withZone,
} from './scenario.js'
import type { Series } from './series.js'

/** What a catalog is tested with. `lists`: the item keys of the lists that your app keeps, by name. Default: none. */
export type GivenOptions = { readonly lists?: Readonly<Record<string, readonly string[]>> }

/**
 * Describes what a user does, and checks the result against a catalog, without a database, a clock or a test runner.
 * Ids, unlocks and declared categories come from the catalog, so a misspelled one does not compile.
 * @throws Error if the catalog is not checked
 * @example
 * given(catalog)
 *   .user({ timeZone: 'Europe/Berlin' })
 *   .completes('lesson', 'intro').at('2026-03-28T10:00:00Z')
 *   .then.holds('first-steps', { since: '2026-03-28T10:00:00Z' })
 *   .and.completes('lesson', { times: 6, every: 'P1D' })
 *   .then.lacks('ten-lessons').isAt('ten-lessons', { current: 7, target: 10 }).hasPoints(10)
 */
export function given<Id extends string, Unlock extends string, Category extends string>(
  catalog: Catalog<Id, Unlock, Category>,
  { lists = {} }: GivenOptions = {},
): CatalogScenario<Id, Unlock, Category> {
  if (!Array.isArray(catalog?.requirements))
    throw new Error('The catalog was not checked; pass the result of defineCatalog')
  // Names of metrics stay in this process, so they need no shortening.
  const compiled = compileCatalog(withLists(catalog as Catalog, new Map(Object.entries(lists))), text => text)
  const plain: CatalogScenario = { user: (options = {}) => userOf(startScenario(compiled, options)) }
  // The ids are those of the given catalog; only the compiler has lost them.
  return plain as unknown as CatalogScenario<Id, Unlock, Category>
}

function userOf(scenario: Scenario): User {
  const steps = stepsOf(scenario)
  return {
    ...steps,
    // biome-ignore lint/suspicious/noThenProperty: it reads as a sentence, and is no function, so that nothing awaits it
    get then() {
      return thenOf(scenario, { steps, outcome: outcomeOf(scenario), now: endOf(scenario) })
    },
  }
}

function stepsOf(scenario: Scenario): Omit<User, 'then'> {
  return {
    completes: (category: string, given?: string | Series, metadata?: Metadata) => {
      const described = typeof given === 'object' ? { category, series: given } : { category, itemKey: given, metadata }
      return timed(scenario.nextAt, at => withCompletions(scenario, described, at))
    },
    movesTo: timeZone => timed(nextMoveAt(scenario), at => withZone(scenario, timeZone, at)),
    pauses: (from, until) => {
      const inDays = isDay(from) && isDay(until)
      const read = inDays ? (day: Moment): Date => new Date(day) : instantOf
      return userOf(withPause(scenario, { from: read(from, 'from'), until: read(until, 'until'), inDays }))
    },
  }
}

function timed(defaultAt: Date, happensAt: (at: Date) => Scenario): TimedUser {
  const user = userOf(happensAt(defaultAt))
  return Object.assign(user, { at: time => userOf(happensAt(instantOf(time, 'at'))) } satisfies Pick<TimedUser, 'at'>)
}

type Seen = { readonly steps: Omit<User, 'then'>; readonly outcome: Outcome; readonly now: Date }

function thenOf(scenario: Scenario, { steps, outcome, now }: Seen): Then {
  const { badges, points, level, balance: coins } = outcome
  const then: Then & User = {
    ...steps,
    ...checksOf({ outcome, now }, () => then),
    badges,
    points,
    level,
    coins,
    unlocks: unlocksOf(badges, now),
    progress: progressIn(outcome, now),
    asOf: time => thenOf(scenario, { steps, outcome, now: laterInstant(scenario, instantOf(time, 'asOf')) }),
    get and() {
      return then
    },
    // biome-ignore lint/suspicious/noThenProperty: as above
    get then() {
      return then
    },
  }
  return then
}

function laterInstant(scenario: Scenario, now: Date): Date {
  const { latestAt } = scenario
  if (!latestAt || now >= latestAt) return now
  const [asked, latest] = [now, latestAt].map(at => instantWords(at, calendarIn(scenario)))
  throw new Error(`asOf (${asked}) is before the latest step (${latest}); check before adding that step`)
}
