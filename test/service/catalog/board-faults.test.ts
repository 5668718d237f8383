import { expect, test } from 'vitest'
import { catalogFaults } from '../../../src/core/catalog/catalog-faults.js'

const km = { type: 'total', category: 'run', property: 'km' } as const
const board = { id: 'b', title: 'B', by: km }
const faultsOf = (...boards: unknown[]) =>
  catalogFaults({ milestones: [], boards }).map(({ path, problem }) => `${path} ${problem}`)
const season = (from: string, until: string) => ({ name: 'S', from, until })

test.each<[object]>([
  [{}],
  [{ by: 'points' }],
  [{ by: 'badges', period: 'month' }],
  [{ period: 'week', weekStartsOn: 'sun', timeZone: 'America/New_York' }],
  [{ by: { type: 'lowest', category: 'lap', property: 's', where: { s: { gt: 0 } } } }],
  [{ by: { type: 'streak', category: 'run', every: 'day', grace: 1 } }],
  [{ by: { type: 'count', category: ['run', 'swim'], distinct: 'place' } }],
  [{ seasons: [season('2027-01-01', '2027-04-01'), season('2026-10-01', '2027-01-01')] }],
])('takes %j', change => {
  expect(faultsOf({ ...board, ...change })).toEqual([])
})

test.each<[string, object]>([
  ['.by "score" is nothing that users can be ranked by', { by: 'score' }],
  ['.by.type "sum" is not a metric', { by: { type: 'sum', category: 'run' } }],
  ['.by.target is not an option of a board', { by: { ...km, target: 5 } }],
  ['.by.during is not an option of a board', { by: { ...km, during: 'week' } }],
  ['.by.property is missing', { by: { type: 'total', category: 'run' } }],
  ['.by.category "milestone_badge" is reserved for badges', { by: { ...km, category: 'milestone_badge' } }],
  ['.timeZone "+02:00" is not a time zone that is known here', { period: 'day', timeZone: '+02:00' }],
  ['.timeZone has no effect on a board of all time', { timeZone: 'Europe/Berlin' }],
  ['.weekStartsOn has no effect without weeks', { period: 'month', weekStartsOn: 'sun' }],
  ['.seasons cannot be combined with a period', { period: 'week', seasons: [season('2026-01-01', '2026-02-01')] }],
  ['.title has no text in "en"', { title: { de: 'B' } }],
  [
    '.seasons[0] begins before boards[0].seasons[1] ends',
    { seasons: [season('2026-02-01', '2026-03-01'), season('2026-01-01', '2026-02-02')] },
  ],
  [
    '.seasons[0] ends (2026-01-01) before anything can fall into it (2026-03-01)',
    { seasons: [season('2026-03-01', '2026-01-01')] },
  ],
  ['.seasons[0].from "soon" is neither a day nor an instant', { seasons: [season('soon', '2026-01-01')] }],
])('refuses what has the fault %s', (fault, change) => {
  expect(faultsOf({ ...board, ...change })).toEqual([`boards[0]${fault}`])
})

test('refuses more boards and seasons than can be counted fast', () => {
  expect(faultsOf(...Array.from({ length: 101 }, (_, i) => ({ ...board, id: `b${i}` })))).toEqual([
    'boards has 101 boards, over 100',
  ])
  const seasons = Array.from({ length: 201 }, (_, i) => season(`${1700 + i}-01-01`, `${1701 + i}-01-01`))
  expect(faultsOf({ ...board, seasons })).toEqual(['boards[0].seasons has 201 seasons, over 200'])
})

test('refuses two boards with one id', () => {
  expect(faultsOf(board, board)).toEqual(['boards[1].id "b" is already the id of boards[0]'])
})
