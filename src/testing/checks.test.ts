import { expect, test } from 'vitest'
import { defineCatalog, parseCatalog } from '../core/catalog/catalog.js'
import { given } from './given.js'

const catalog = defineCatalog({
  levels: { thresholds: [20, 50] },
  points: [{ category: 'quiz', points: 5, cap: { per: 'day', points: 8 } }],
  milestones: [
    {
      id: 'first',
      title: 'First',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { points: 10, unlocks: ['playground'] },
    },
    { id: 'ten', title: 'Ten', requirement: { type: 'count', category: 'lesson', target: 10 }, after: ['pro'] },
    { id: 'pro', title: 'Pro', requirement: { type: 'points', target: 20 }, reward: { unlocks: ['editor'] } },
    {
      id: 'posts',
      title: 'Posts',
      requirement: { type: 'count', category: 'post' },
      tiers: [2, { target: 4, reward: { points: 30 } }],
      tierMode: 'replace',
      reward: { points: 1 },
    },
    {
      id: 'helper',
      title: 'Helper',
      requirement: { type: 'count', category: 'answer', target: 3 },
      repeatable: { max: 3 },
    },
    {
      id: 'week',
      title: 'Week',
      requirement: { type: 'streak', category: 'run', every: 'day', target: 7, grace: 1 },
    },
    { id: 'busy', title: 'Busy', requirement: { type: 'count', category: 'run', during: 'month', target: 5 } },
    { id: 'sprint', title: 'Sprint', requirement: { type: 'count', category: 'run', within: 'P2D', target: 5 } },
    {
      id: 'advent',
      title: { en: 'Advent', de: 'Advent' },
      requirement: { type: 'count', category: 'door', target: 2 },
      available: { from: '2026-12-01', until: '2026-12-25' },
    },
    { id: 'egg', title: 'Egg', requirement: { type: 'count', category: 'egg', target: 2 }, hidden: true },
    {
      id: 'secret',
      title: 'Secret',
      requirement: { type: 'count', category: 'egg', target: 3 },
      hidden: 'until-earned',
    },
    { id: 'old', title: 'Old', requirement: { type: 'count', category: 'lesson', target: 1 }, retired: true },
    {
      id: 'both',
      title: 'Both',
      requirement: {
        type: 'all',
        of: [
          { type: 'milestones', ids: ['first'] },
          { type: 'level', target: 3 },
        ],
      },
    },
  ],
})
const user = given(catalog).user()
const beginner = user.completes('lesson', 'intro').then

/** Gives the lines of what a check throws. */
function linesOf(check: () => unknown): readonly string[] {
  try {
    check()
  } catch (error) {
    return (error as Error).message.split('\n').map(line => line.trim())
  }
  throw new TypeError('The check held')
}

test('checks return what they were asked of, so that they follow one another', () => {
  const then = beginner
    .holds('first')
    .lacks('ten')
    .hasPoints(10)
    .hasLevel(1)
    .hasUnlocked('playground')
    .isAt('ten', { current: 1, target: 10, isLocked: true, timesEarned: 0 })
  expect(then).toBe(beginner)
  expect(then.and).toBe(beginner)
})

test('holds shows the way to what is not held, and what is', () => {
  expect(linesOf(() => beginner.holds('ten'))).toEqual([
    '"ten" is not held, as of 2026-01-01T12:00:00Z',
    'ten: at 1 of 10, and lacks pro',
    'holds',
    'first since 2026-01-01T12:00:00Z, +10',
    'points: 10, level 1',
    'unlocked: playground',
  ])
})

test('holds shows days by the clock of the user', () => {
  const then = given(catalog)
    .user({ timeZone: 'Asia/Tokyo', startsAt: '2026-01-01T20:00:00Z' })
    .completes('lesson').then
  expect(linesOf(() => then.holds('pro'))).toEqual([
    '"pro" is not held, as of 2026-01-01T20:00:00Z (2026-01-02 in Asia/Tokyo)',
    'pro: at 10 of 20',
    'holds',
    'first since 2026-01-01T20:00:00Z (2026-01-02 in Asia/Tokyo), +10',
    'points: 10, level 1',
    'unlocked: playground',
  ])
})

test('holds reports the actual date if another one was expected', () => {
  beginner.holds('first', { since: new Date('2026-01-01T12:00:00Z') })
  expect(linesOf(() => beginner.holds('first', { since: '2026-01-01T13:00:00+02:00' }))[0]).toBe(
    '"first" is held since 2026-01-01T12:00:00Z, not since 2026-01-01T11:00:00Z, as of 2026-01-01T12:00:00Z',
  )
  expect(() => beginner.holds('first', { since: '2026-01-01' })).toThrow('since is not an instant (given: 2026-01-01)')
})

test('holds reports retired and hidden milestones', () => {
  expect(linesOf(() => beginner.holds('old'))[1]).toBe('old: retired, no longer awarded')
  expect(linesOf(() => user.completes('egg').then.holds('egg'))[1]).toBe('egg: at 1 of 2')
})

test('lacks reports since when the badge is held', () => {
  expect(linesOf(() => beginner.lacks('first'))[0]).toBe(
    '"first" is held since 2026-01-01T12:00:00Z, as of 2026-01-01T12:00:00Z',
  )
})

test('hasPoints counts badges and completions, up to the cap of a day', () => {
  const quizzes = beginner.and.completes('quiz', { times: 3 })
  quizzes.then.hasPoints(18)
  quizzes.completes('quiz').at('2026-01-02T00:00:00Z').then.hasPoints(23)
  expect(linesOf(() => quizzes.then.hasPoints(25))).toEqual([
    'The points are 18, not 25, as of 2026-01-01T12:03:00Z',
    'holds',
    'first since 2026-01-01T12:00:00Z, +10',
    'points: 18 (8 by completions), level 1',
    'unlocked: playground',
  ])
})

test('caps cut the latest completions, in any order of steps', () => {
  const told = user.completes('quiz', 'a').at('2026-01-05T18:00:00Z').completes('quiz', 'b').at('2026-01-05T06:00:00Z')
  told.completes('quiz', 'c').at('2026-01-05T12:00:00Z').then.hasPoints(8)
})

test('hasLevel reports the level', () => {
  beginner.and.completes('post', { times: 4 }).then.hasPoints(41).hasLevel(2)
  expect(linesOf(() => beginner.hasLevel(2))[0]).toBe('The level is 1, not 2, as of 2026-01-01T12:00:00Z')
})

test('hasCoins counts badges and completions, and reports the difference', () => {
  const paying = {
    currencies: ['gems', 'stars'],
    points: [{ category: 'lesson', currency: 'stars', points: 2, cap: { per: 'day', points: 3 } }],
    milestones: [
      {
        id: 'two',
        title: 'Two',
        requirement: { type: 'count', category: 'lesson', target: 2 },
        reward: { coins: { gems: 5 } },
      },
    ],
  }
  const { then } = given(parseCatalog(paying)).user().completes('lesson', { times: 2 })
  expect(then.hasCoins({ gems: 5, stars: 3 }).hasPoints(0).coins).toEqual({ gems: 5, stars: 3 })
  expect(linesOf(() => then.hasCoins({ gems: 4 }))[0]).toBe('The gems are 5, not 4, as of 2026-01-01T12:01:00Z')
  expect(() => then.hasCoins({ gem: 5 })).toThrow('"gem" is not a currency of this catalog; it has gems, stars')
})

test('hasUnlocked reports which badges open it', () => {
  expect(linesOf(() => beginner.hasUnlocked('editor'))[0]).toBe(
    '"editor" is not unlocked; opened by "pro", as of 2026-01-01T12:00:00Z',
  )
  const untyped = given(parseCatalog(catalog.definition)).user().then
  expect(linesOf(() => untyped.hasUnlocked('edtior'))[0]).toContain('no badge of this catalog opens it')
  expect(linesOf(() => untyped.hasUnlocked('edtior')).slice(1)).toEqual(['holds nothing', 'points: 0, level 1'])
})

test('isAt reports every difference', () => {
  expect(linesOf(() => beginner.isAt('ten', { current: 2, target: 10, isLocked: false }))).toEqual([
    '"ten": current is 1, not 2, isLocked is true, not false, as of 2026-01-01T12:00:00Z',
    'ten: at 1 of 10, and lacks pro',
    'holds',
    'first since 2026-01-01T12:00:00Z, +10',
    'points: 10, level 1',
    'unlocked: playground',
  ])
  expect(linesOf(() => beginner.isAt('old', { current: 1 }))[0]).toContain('No progress towards "old"')
})

test('isAt measures composites, and what the user is not shown', () => {
  beginner.isAt('both', { current: 1, target: 2 })
  user.completes('egg').then.isAt('egg', { current: 1, target: 2 }).isAt('secret', { current: 1, target: 3 })
})

test.each<[string, (then: ReturnType<typeof untypedThen>) => unknown, string]>([
  ['a misspelt one', then => then.lacks('frist'), '"frist" is not a milestone of this catalog. Did you mean "first"?'],
  ['a misspelt way', then => then.isAt('frist', {}), 'Did you mean "first"?'],
  ['tiers as one', then => then.holds('posts'), '"posts" has tiers. Name one of them: #2, #4.'],
  ['a tier too many', then => then.lacks('posts#3'), '"posts#3" is not a tier of this catalog'],
  ['a time too many', then => then.lacks('helper@4'), '"helper@4" is never reached'],
  ['a second time of what comes once', then => then.lacks('first@2'), '"first@2" is never reached'],
  ['the way to a time', then => then.isAt('helper@2', {}), 'share their progress; check "helper" instead'],
])('a badge that cannot be is refused, even as lacking: %s', (_, check, message) => {
  expect(() => check(untypedThen())).toThrow(message)
})

function untypedThen() {
  return given(parseCatalog(catalog.definition)).user().then
}

test('and continues with the next steps of the user', () => {
  beginner.lacks('pro').and.completes('post', { times: 4 }).then.holds('pro', { since: '2026-01-01T12:04:00Z' })
  beginner.and.then.holds('first')
})

test('asOf moves time on: periods, windows and streaks change', () => {
  const runs = user.completes('run', { times: 4, every: 'P1D' }).at('2026-01-27T12:00:00Z').then
  const later = (time: string) => runs.asOf(time)
  runs.isAt('week', { current: 4, target: 7 }).isAt('busy', { current: 4 }).isAt('sprint', { current: 2 })
  later('2026-02-01T00:00:00Z').isAt('week', { current: 4 }).isAt('busy', { current: 0 }).isAt('sprint', { current: 1 })
  later('2026-02-02T00:00:00Z').isAt('week', { current: 0 })
  runs.isAt('busy', { current: 4 })
  expect(linesOf(() => later('2026-02-02T00:00:00Z').holds('week')).slice(0, 2)).toEqual([
    '"week" is not held, as of 2026-02-02T00:00:00Z',
    'week: at 0 of 7, at best 4',
  ])
})

test('asOf does not look back', () => {
  expect(() => beginner.asOf('2026-01-01T11:59:59Z')).toThrow(
    'asOf (2026-01-01T11:59:59Z) is before the latest step (2026-01-01T12:00:00Z)',
  )
})

test('a streak survives as many missed days as its grace, and no more', () => {
  const start = user.completes('run', { times: 4, every: 'P1D' })
  const rest = (at: string) => start.completes('run', { times: 3, every: 'P1D' }).at(at).then
  rest('2026-01-06T12:00:00Z').holds('week', { since: '2026-01-08T12:00:00Z' })
  rest('2026-01-07T12:00:00Z').lacks('week')
})

test('tiers are badges of their own, all held, however they are shown', () => {
  const then = user.completes('post', { times: 4 }).then
  then.holds('posts#2', { since: '2026-01-01T12:01:00Z' }).holds('posts#4', { since: '2026-01-01T12:03:00Z' })
  then.hasPoints(31).isAt('posts#4', { current: 4, target: 4 })
  expect(then.badges.map(({ id, replaces }) => [id, replaces])).toContainEqual(['posts#4', 'posts#2'])
})

test('further times of a repeatable milestone are badges of their own', () => {
  const seven = user.completes('answer', { times: 7 }).then
  seven.holds('helper').holds('helper@2').lacks('helper@3').isAt('helper', { current: 7, target: 9, timesEarned: 2 })
  expect(linesOf(() => seven.holds('helper@3'))[1]).toBe('helper: at 7 of 9, reached 2 times')
  user.completes('answer', { times: 20 }).then.holds('helper@3').isAt('helper', { timesEarned: 3 })
})

test('a prerequisite that is earned later dates the badge', () => {
  const ten = user.completes('lesson', { times: 10 })
  ten.then.lacks('ten')
  ten.completes('post', { times: 4 }).at('2026-03-01T00:00:00Z').then.holds('ten', { since: '2026-03-01T00:03:00Z' })
})

test('only what happened while it was available counts', () => {
  const door = user.completes('door', 'early').at('2026-11-30T23:59:59Z').completes('door', 'a')
  const one = door.at('2026-12-01T00:00:00Z')
  one.completes('door', 'late').at('2026-12-25T00:00:00Z').then.isAt('advent', { current: 1 }).lacks('advent')
  one.completes('door', 'b').at('2026-12-24T23:59:59Z').then.holds('advent')
})

test('progress shows what the user is shown', () => {
  const shown = (eggs: number) =>
    user
      .completes('egg', { times: eggs })
      .then.progress.filter(({ id }) => id === undefined || id === 'egg' || id === 'secret')
  expect(shown(1)).toEqual([{ isHidden: true }])
  expect(shown(2)).toEqual([expect.objectContaining({ id: 'egg', isEarned: true, current: 2 }), { isHidden: true }])
  expect(shown(3).map(({ id }) => id)).toEqual(['egg', 'secret'])
})

test('an error points at the check that failed', () => {
  let stack = ''
  try {
    beginner.holds('ten')
  } catch (error) {
    stack = (error as Error).stack!
  }
  expect(/^ +at .*:\d+:\d+\)?$/m.exec(stack)?.[0]).toContain('checks.test.ts')
})
