import { expect, test } from 'vitest'
import { defineCatalog, parseCatalog } from '../core/catalog/catalog.js'
import { isMilepostError } from '../core/values/errors.js'
import { given } from './given.js'

const catalog = defineCatalog({
  categories: ['lesson', 'quiz'],
  levels: { every: 20 },
  milestones: [
    {
      id: 'first-steps',
      title: 'First steps',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { points: 10, unlocks: ['playground'] },
    },
    {
      id: 'ten-lessons',
      title: 'Ten lessons',
      requirement: { type: 'count', category: 'lesson', target: 10 },
      reward: { points: 10 },
    },
    {
      id: 'perfect',
      title: 'Perfect',
      requirement: { type: 'count', category: 'quiz', where: { quizScore: { gte: 100 } }, target: 1 },
    },
    { id: 'week', title: 'Week', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 7 } },
  ],
})
const noon = '2026-01-01T12:00:00Z'

test('the example in the documentation holds', () => {
  given(catalog)
    .user({ timeZone: 'Europe/Berlin' })
    .completes('lesson', 'intro')
    .at('2026-03-28T10:00:00Z')
    .then.holds('first-steps', { since: '2026-03-28T10:00:00Z' })
    .and.completes('lesson', { times: 6, every: 'P1D' })
    .then.lacks('ten-lessons')
    .isAt('ten-lessons', { current: 7, target: 10 })
    .hasPoints(10)
})

test('a user begins with nothing', () => {
  const { badges, points, level, unlocks, progress } = given(catalog).user().then
  expect({ badges, points, level, unlocks }).toEqual({ badges: [], points: 0, level: 1, unlocks: [] })
  expect(progress.map(({ id, current }) => [id, current])).toEqual([
    ['first-steps', 0],
    ['ten-lessons', 0],
    ['perfect', 0],
    ['week', 0],
  ])
})

test('each step happens a minute after the one before, starting at noon on 2026-01-01', () => {
  const user = given(catalog).user().completes('quiz', 'a')
  user.completes('lesson', 'a').then.holds('first-steps', { since: '2026-01-01T12:01:00Z' })
  user.completes('quiz', 'b').at('2026-05-01T00:00:00Z').completes('lesson').then.holds('first-steps', {
    since: '2026-05-01T00:01:00Z',
  })
})

test('a user may start at another time', () => {
  const startsAt = new Date('2020-02-02T00:00:00Z')
  given(catalog).user({ startsAt }).completes('lesson').then.holds('first-steps', { since: startsAt })
})

test('all may happen before the time at which a user starts', () => {
  const week = given(catalog).user().movesTo('Asia/Tokyo').at('2020-01-01T00:00:00Z').completes('lesson', {
    times: 7,
    every: 'P1D',
  })
  week.then.holds('week', { since: '2020-01-07T00:01:00Z' }).isAt('week', { current: 7 })
  given(catalog).user().then.asOf('2020-01-01T00:00:00Z').isAt('week', { current: 0 })
})

test('no call changes what it was called on', () => {
  const user = given(catalog).user()
  const one = user.completes('lesson', 'a')
  const early = one.at('2025-01-01T00:00:00Z')
  const moved = one.movesTo('Europe/Berlin')
  const many = one.completes('lesson', { times: 9 })
  user.then.lacks('first-steps')
  one.then.holds('first-steps', { since: noon }).lacks('ten-lessons')
  early.then.holds('first-steps', { since: '2025-01-01T00:00:00Z' })
  moved.then.holds('first-steps', { since: noon })
  many.then.holds('ten-lessons')
})

test('metadata count', () => {
  const user = given(catalog).user()
  user.completes('quiz', 'q1', { quizScore: 99 }).then.lacks('perfect')
  user.completes('quiz', 'q1', { quizScore: 100 }).then.holds('perfect')
})

test('recording the same item again changes nothing', () => {
  given(catalog)
    .user()
    .completes('quiz', 'q1', { quizScore: 50 })
    .completes('quiz', 'q1', { quizScore: 100 })
    .then.lacks('perfect')
    .and.completes('quiz', 'q2', { quizScore: 100 })
    .then.holds('perfect')
})

test('items without a key are separate from items with a key', () => {
  given(catalog)
    .user()
    .completes('lesson')
    .completes('lesson', 'lesson-3')
    .completes('lesson')
    .completes('lesson', { times: 2 })
    .then.isAt('ten-lessons', { current: 5 })
})

test('a completion added later can happen earlier, and dates follow the real order', () => {
  given(catalog)
    .user()
    .completes('lesson', { times: 10, every: 'P1D' })
    .at('2026-01-10T12:00:00Z')
    .completes('lesson', 'late')
    .at('2026-01-01T12:00:00Z')
    .then.holds('first-steps', { since: '2026-01-01T12:00:00Z' })
    .holds('ten-lessons', { since: '2026-01-18T12:00:00Z' })
})

test('what record refuses is refused', () => {
  const refusal = (tell: () => unknown): unknown => {
    try {
      tell()
    } catch (error) {
      return isMilepostError(error) && [error.code, error.details.field]
    }
    return undefined
  }
  const user = given(parseCatalog(catalog.definition)).user()
  expect(refusal(() => user.completes('leson'))).toEqual(['INPUT_INVALID', 'category'])
  expect(refusal(() => user.completes('lesson', ''))).toEqual(['INPUT_INVALID', 'itemKey'])
  expect(refusal(() => user.completes('lesson', 'a', { n: Number.NaN }))).toEqual(['INPUT_INVALID', 'metadata.n'])
  expect(refusal(() => user.completes('lesson', 'x'.repeat(513)))).toEqual(['INPUT_INVALID', 'itemKey'])
})

test('a catalog that is not checked is refused', () => {
  expect(() => given(catalog.definition as never)).toThrow('pass the result of defineCatalog')
})

test.each(['2026-03-28', '2026-03-28T10:00:00', 'yesterday', new Date('nonsense')])('%s is not an instant', moment => {
  expect(() => given(catalog).user().completes('lesson').at(moment)).toThrow(/^at is not an instant .*with an offset/)
  expect(() => given(catalog).user({ startsAt: moment })).toThrow(/^startsAt is not an instant/)
  expect(() => given(catalog).user().then.asOf(moment)).toThrow(/^asOf is not an instant/)
})

test('nothing waits for a telling as for a promise', async () => {
  const user = given(catalog).user().completes('lesson')
  expect(await user).toBe(user)
})

test('plain data tell what is held, in order of dates', () => {
  const { badges, unlocks, level } = given(catalog).user().completes('lesson', { times: 10 }).then
  expect(badges.map(({ id, name, points, earnedAt }) => [id, name, points, earnedAt.toISOString()])).toEqual([
    ['first-steps', 'First steps', 10, '2026-01-01T12:00:00.000Z'],
    ['ten-lessons', 'Ten lessons', 10, '2026-01-01T12:09:00.000Z'],
  ])
  expect(unlocks).toEqual(['playground'])
  expect(level).toBe(2)
})

test('a series may give each its own metadata', () => {
  given(catalog)
    .user()
    .completes('quiz', { times: 5, metadata: number => ({ quizScore: 60 + 10 * number }) })
    .then.holds('perfect', { since: '2026-01-01T12:03:00Z' })
    .and.completes('quiz', { times: 2, metadata: { quizScore: 100 } })
    .then.holds('perfect', { since: '2026-01-01T12:03:00Z' })
})

test('a series by days follows the user’s clock', () => {
  // On October 25 clocks in Berlin go back: 24 hours after half past midnight, it is still that day.
  const startsAt = '2026-10-23T22:30:00Z'
  given(catalog)
    .user({ timeZone: 'Europe/Berlin', startsAt })
    .completes('lesson', { times: 7, every: 'P1D' })
    .then.holds('week', { since: '2026-10-29T23:30:00Z' })
})

test.each([
  ['P1M', 3, '2026-03-31T12:00:00Z'],
  ['P1W', 3, '2026-02-14T12:00:00Z'],
  ['P1DT2H30M', 3, '2026-02-02T17:00:00Z'],
  ['PT0.5S', 3, '2026-01-31T12:00:01Z'],
])('the times of a series every %s are reckoned from the first', (every, times, last) => {
  const counting = defineCatalog({
    milestones: [{ id: 'all', title: 'All', requirement: { type: 'count', category: 'x', target: 3 } }],
  })
  const user = given(counting).user({ startsAt: '2026-01-31T12:00:00Z' })
  user.completes('x', { times, every }).then.holds('all', { since: last })
})

test.each([
  [{ times: 0 }, 'times is 0; use a whole number of at least 1'],
  [{ times: 1.5 }, 'times is 1.5'],
  [{ times: 2, every: 'daily' }, 'every is not a positive duration (given: daily)'],
  [{ times: 2, every: 'PT0S' }, 'every is not a positive duration'],
  [{ times: 2, every: '-P1D' }, 'every is not a positive duration'],
])('a series of %j is refused', (series, message) => {
  expect(() => given(catalog).user().completes('lesson', series)).toThrow(message)
})

test('a day is that of the zone in force', () => {
  const nights = given(catalog).user().completes('lesson', { times: 7, every: 'P1D' }).at('2026-06-01T23:30:00Z')
  nights.then.holds('week')
  const berlin = given(catalog).user({ timeZone: 'Europe/Berlin' })
  const twice = berlin.completes('lesson', 'a').at('2026-06-01T22:30:00Z').completes('lesson', 'b')
  twice.at('2026-06-02T21:30:00Z').then.isAt('week', { current: 1 })
})

test('a zone counts from the move on', () => {
  const user = given(catalog).user({ timeZone: 'UTC' }).completes('lesson', 'a').at('2026-06-01T23:30:00Z')
  // In Berlin it was the second already when that was completed, but the user was not there.
  const there = user.movesTo('Europe/Berlin').at('2026-06-02T10:00:00Z').completes('lesson', 'b')
  there.at('2026-06-02T12:00:00Z').then.isAt('week', { current: 2 })
})

test('a move happens after all earlier steps, and cannot be dated before them', () => {
  const late = given(catalog).user().completes('lesson', 'a').completes('lesson', 'b').at('2025-12-31T12:00:00Z')
  late.movesTo('Asia/Tokyo').then.isAt('week', { current: 2 })
  expect(() => late.movesTo('Asia/Tokyo').at('2026-01-01T11:59:59Z')).toThrow(
    'The move to Asia/Tokyo at 2026-01-01T11:59:59.000Z is before the latest step (2026-01-01T12:00:00.000Z)',
  )
})

test('an unknown time zone is refused', () => {
  expect(() => given(catalog).user({ timeZone: 'Berlin' })).toThrow('"Berlin" is not an IANA time zone')
  expect(() => given(catalog).user().movesTo('+01:00')).toThrow('"+01:00" is not an IANA time zone')
})

test('a pause neither breaks a streak nor counts, in any order of steps', () => {
  const pause = ['2026-01-04T00:00:00Z', '2026-01-06T00:00:00Z'] as const
  const before = given(catalog).user().completes('lesson', { times: 3, every: 'P1D' })
  const after = (user: typeof before) => user.completes('lesson', { times: 4, every: 'P1D' }).at('2026-01-06T12:00:00Z')
  after(before).then.lacks('week')
  after(before)
    .pauses(...pause)
    .then.holds('week', { since: '2026-01-09T12:00:00Z' })
  before
    .pauses(...pause)
    .completes('lesson', { times: 4, every: 'P1D' })
    .at('2026-01-06T12:00:00Z')
    .then.holds('week')
})

test('a pause that ends before it begins is refused', () => {
  expect(() => given(catalog).user().pauses(noon, noon)).toThrow('The pause ends (2026-01-01T12:00:00.000Z) before it')
})

test('takes the items of lists', () => {
  const course = parseCatalog({
    milestones: [
      { id: 'course', title: 'Course', requirement: { type: 'count', category: 'lesson', items: { list: 'course' } } },
    ],
  })
  const lists = { course: ['intro', 'types'] }
  given(course, { lists }).user().completes('lesson', 'intro').then.isAt('course', { current: 1, target: 2 })
  given(course).user().completes('lesson', 'intro').then.lacks('course')
})
