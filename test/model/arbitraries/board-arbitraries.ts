import fc from 'fast-check'
import type { Board } from '../../../src/core/catalog/board.js'
import { weekdays } from '../../../src/core/time/weekday.js'
import { measure } from './catalog-arbitraries.js'

const timeZone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia')

const seasons = [
  { name: 'First', from: '2026-03-20', until: '2026-03-29' },
  { name: 'Second', from: '2026-03-29', until: '2026-04-02T12:00:00Z' },
]

const periods = fc.oneof(
  fc.constant({}),
  fc.record({ period: fc.constantFrom('day' as const, 'month' as const, 'year' as const), timeZone }),
  fc.record({ period: fc.constant('week' as const), timeZone, weekStartsOn: fc.constantFrom(...weekdays) }),
  fc.record({ seasons: fc.constant(seasons), timeZone }),
)

const by: fc.Arbitrary<Board['by']> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('points' as const, 'badges' as const) },
  { weight: 3, arbitrary: measure },
)

/** Some boards, of which some may count the same. */
export const boards: fc.Arbitrary<readonly Board[]> = fc
  .array(fc.record({ by, periods: fc.array(periods, { minLength: 1, maxLength: 2 }) }), { minLength: 1, maxLength: 3 })
  .map(list =>
    list
      .flatMap(({ by, periods }) => periods.map(each => ({ by, ...each })))
      .map((board, i): Board => ({ id: `b${i}`, title: 'B', ...board })),
  )
