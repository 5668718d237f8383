import { describe, expect, test } from 'vitest'
import { type PointsRule, pointsRulesByCategory } from '../catalog/points-rule.js'
import { calendarOf, utcCalendar } from '../time/calendar.js'
import { type BucketGains, type GainView, gainsOf, limitsOf, takesRoom } from './completion-gain.js'

const lesson: PointsRule = { category: 'lesson', points: 10 }
const capped: PointsRule = { ...lesson, cap: { per: 'day', points: 25 } }
const compiled = (...points: readonly PointsRule[]) => pointsRulesByCategory({ points, boosts: [] }, text => text)
const completion = (at: string, category = 'lesson', metadata = {}) => {
  return { category, itemKey: at, metadata, completedAt: new Date(at) }
}
const hours = (...list: readonly number[]) =>
  list.map(hour => completion(`2026-04-01T${String(hour).padStart(2, '0')}:00Z`))

type Before = Partial<GainView>
const bucketGains = (points: number, more: Partial<BucketGains> = {}): BucketGains => {
  const at = more.lastAt ?? new Date('2026-04-01T00:30Z')
  return { points, offered: points, lowestCap: 25, lastAt: at, paidAt: at, ...more }
}
const gainedIn = (buckets: Readonly<Record<string, BucketGains>>): GainView['gained'] =>
  new Map([['points:lesson', new Map(Object.entries(buckets))]])
const dayGains = (points: number, more: Partial<BucketGains> = {}): GainView['gained'] =>
  gainedIn({ '2026-04-01': bucketGains(points, more) })

function pointsBy(rules: readonly PointsRule[], given: Parameters<typeof gainsOf>[1], before: Before = {}) {
  const { calendar = utcCalendar, gained = new Map() } = before
  const gains = gainsOf(compiled(...rules), given, { calendar, gained })
  return gains.map(list => list.map(({ points }) => points))
}

describe('a points rule', () => {
  test('gives its points for each completion of its category', () => {
    expect(pointsBy([lesson], [...hours(1, 2), completion('2026-04-01T03:00Z', 'quiz')])).toEqual([[10], [10], []])
  })

  test('gives points together with other rules that match, in catalog order', () => {
    const rules = [lesson, { ...lesson, where: { score: { gte: 90 } }, points: 5 }]
    expect(pointsBy(rules, [completion('2026-04-01T01:00Z', 'lesson', { score: 95 })])).toEqual([[10, 5]])
    expect(pointsBy(rules, [completion('2026-04-01T01:00Z', 'lesson', { score: 1 })])).toEqual([[10]])
  })

  test('has no day if it has no cap', () => {
    const gains = gainsOf(compiled(lesson), hours(1), { calendar: utcCalendar, gained: new Map() })
    expect(gains).toEqual([[{ source: 'points:lesson', period: '', points: 10 }]])
  })
})

describe('a cap', () => {
  test('limits the last gain, and then nothing is left', () => {
    expect(pointsBy([capped], hours(1, 2, 3, 4))).toEqual([[10], [10], [5], [0]])
  })

  test('is reached exactly', () => {
    expect(pointsBy([{ ...lesson, cap: { per: 'day', points: 20 } }], hours(1, 2, 3))).toEqual([[10], [10], [0]])
  })

  test('applies to each day separately', () => {
    const given = [
      '2026-04-01T23:59Z',
      '2026-04-01T23:58Z',
      '2026-04-02T00:00Z',
      '2026-04-01T00:00Z',
      '2026-04-02T01:00Z',
    ]
    expect(
      pointsBy(
        [capped],
        given.map(at => completion(at)),
      ),
    ).toEqual([[10], [10], [10], [5], [10]])
  })

  test('uses the local days of the user', () => {
    const calendar = calendarOf([{ zone: 'Asia/Kathmandu', since: new Date('2026-01-01T00:00Z') }])
    const given = ['2026-03-31T18:15Z', '2026-04-01T00:00Z', '2026-04-01T18:14Z', '2026-04-01T18:15Z']
    const gains = gainsOf(
      compiled(capped),
      given.map(at => completion(at)),
      { calendar, gained: new Map() },
    )
    expect(gains.map(([gain]) => [gain?.period, gain?.points])).toEqual([
      ['2026-04-01', 10],
      ['2026-04-01', 10],
      ['2026-04-01', 5],
      ['2026-04-02', 10],
    ])
  })

  test('includes what the rule has given before', () => {
    const gained = dayGains(18)
    expect(pointsBy([capped], hours(1, 2), { gained })).toEqual([[7], [0]])
    expect(pointsBy([capped], [completion('2026-04-02T01:00Z')], { gained })).toEqual([[10]])
  })

  test('does not change what was given before', () => {
    const gained = dayGains(18)
    pointsBy([capped], hours(1, 2), { gained })
    expect(gained).toEqual(dayGains(18))
  })

  test('has room again for what was undone', () => {
    expect(pointsBy([capped], hours(1, 2), { gained: dayGains(15) })).toEqual([[10], [0]])
  })

  test('lowered below what was given before takes nothing back', () => {
    expect(pointsBy([capped], hours(1), { gained: dayGains(100) })).toEqual([[0]])
  })

  test('applies to one rule, independent of other rules', () => {
    const other: PointsRule = { category: ['lesson', 'quiz'], points: 4, cap: { per: 'day', points: 6 } }
    expect(pointsBy([capped, other], hours(1, 2, 3, 4))).toEqual([
      [10, 4],
      [10, 2],
      [5, 0],
      [0, 0],
    ])
  })

  test('is shared by the categories of one rule', () => {
    const both: PointsRule = { category: ['lesson', 'quiz'], points: 10, cap: { per: 'day', points: 15 } }
    const given = [completion('2026-04-01T01:00Z'), completion('2026-04-01T02:00Z', 'quiz')]
    expect(pointsBy([both], given)).toEqual([[10], [5]])
  })
})

describe('new completions take points from earlier recordings', () => {
  const taking = (times: readonly number[], gained: GainView['gained']): boolean => {
    const given = hours(...times)
    const gains = gainsOf(compiled(capped), given, { calendar: utcCalendar, gained })
    return takesRoom(
      given.map(({ completedAt }, i) => ({ completedAt, gains: gains[i]! })),
      { calendar: utcCalendar, gained, lastAt: null },
    )
  }
  const until = (hour: string) => ({ lastAt: new Date(`2026-04-01T${hour}:00Z`) })

  test('only if they come earlier on a day whose cap they exceed', () => {
    expect(taking([1], new Map())).toBe(false)
    expect(taking([9], dayGains(25, until('08')))).toBe(false)
    expect(taking([1], dayGains(15, until('08')))).toBe(false)
    expect(taking([1], dayGains(16, until('08')))).toBe(true)
    expect(taking([1], dayGains(10, { ...until('08'), offered: 20 }))).toBe(true)
  })

  test('if one of several comes earlier, or at the same instant', () => {
    expect(taking([7, 9], dayGains(10, until('08')))).toBe(true)
    expect(taking([8, 9], dayGains(10, until('08')))).toBe(true)
  })

  test('if a cap was lower when the others were recorded', () => {
    expect(taking([1], dayGains(10, { ...until('08'), lowestCap: 10 }))).toBe(true)
  })

  test('never if everything recorded earlier is undone', () => {
    expect(taking([1, 2, 3], dayGains(0, until('08')))).toBe(false)
  })
})

describe('a cap per week, per month, or in all', () => {
  const given = ['2026-03-30T01:00Z', '2026-04-05T01:00Z', '2026-04-06T01:00Z', '2026-05-01T01:00Z'].map(at =>
    completion(at),
  )
  test.each([
    ['week', [10, 5, 10, 10]],
    ['month', [10, 10, 5, 10]],
    ['ever', [10, 5, 0, 0]],
  ] as const)('per %s', (per, expected) => {
    expect(pointsBy([{ ...lesson, cap: { per, points: 15 } }], given)).toEqual(expected.map(points => [points]))
  })

  test('includes what was given before', () => {
    const rule: PointsRule = { ...lesson, cap: { per: 'ever', points: 15 } }
    expect(pointsBy([rule], hours(1, 2), { gained: gainedIn({ ever: bucketGains(12) }) })).toEqual([[3], [0]])
  })
})

describe('a cooldown', () => {
  const rule: PointsRule = { ...lesson, cooldown: 'PT2H' }

  test('lets completions within it after one that gave points give none', () => {
    expect(pointsBy([rule], hours(1, 2, 3, 4, 6))).toEqual([[10], [0], [10], [0], [10]])
  })

  test('runs from what was given before', () => {
    const gained = gainedIn({ '': bucketGains(10, { lastAt: new Date('2026-04-01T01:00Z') }) })
    expect(pointsBy([rule], hours(2, 3), { gained })).toEqual([[0], [10]])
  })

  test('takes points from others if a completion comes before one that gave points', () => {
    const gained = gainedIn({ '': bucketGains(10, { lastAt: new Date('2026-04-01T05:00Z') }) })
    const takes = (given: ReturnType<typeof completion>) =>
      takesRoom(
        [
          {
            completedAt: given.completedAt,
            gains: gainsOf(compiled(rule), [given], { calendar: utcCalendar, gained })[0]!,
          },
        ],
        {
          calendar: utcCalendar,
          gained,
          lastAt: null,
        },
      )
    expect(hours(4, 5, 6).map(takes)).toEqual([true, true, false])
  })

  test('does not run from a completion that a cap left nothing', () => {
    const both: PointsRule = { ...rule, cap: { per: 'day', points: 10 } }
    const late = [completion('2026-04-01T20:00Z'), completion('2026-04-01T23:00Z'), completion('2026-04-02T00:00Z')]
    expect(pointsBy([both], late)).toEqual([[10], [0], [10]])
  })
})

describe('a rule per item', () => {
  const quiz = (quizId: string, hour: number, score = 10) =>
    completion(`2026-04-01T${String(hour).padStart(2, '0')}:00Z`, 'lesson', { quizId, score })
  const best: PointsRule = { ...lesson, points: { property: 'score' }, per: 'quizId', take: 'best' }
  const once: PointsRule = { ...best, take: undefined, once: true } as never

  test('with best, gives each completion only what it adds to the best before', () => {
    const given = [quiz('a', 1, 40), quiz('a', 2, 30), quiz('a', 3, 70), quiz('b', 4, 70), quiz('a', 5, 70)]
    expect(pointsBy([best], given)).toEqual([[40], [0], [30], [70], [0]])
  })

  test('once, gives only the first completion of an item its points', () => {
    const given = [quiz('a', 1, 40), quiz('a', 2, 70), quiz('b', 3, 5)]
    expect(pointsBy([once], given)).toEqual([[40], [0], [5]])
  })

  test('knows what items were given before', () => {
    const gained = gainedIn({ 'quizId="a"': bucketGains(40) })
    expect(pointsBy([best], [quiz('a', 3, 70), quiz('b', 4, 70)], { gained })).toEqual([[30], [70]])
    expect(pointsBy([once], [quiz('a', 3, 70), quiz('b', 4, 70)], { gained })).toEqual([[0], [70]])
  })

  test('makes up later for what a cap took', () => {
    const capped: PointsRule = { ...best, cap: { per: 'day', points: 50 } }
    const given = [
      quiz('b', 1, 40),
      quiz('a', 2, 30),
      completion('2026-04-02T01:00Z', 'lesson', { quizId: 'a', score: 30 }),
    ]
    expect(pointsBy([capped], given)).toEqual([[40], [10], [20]])
  })

  test('takes points from others if it comes before one that gave points', () => {
    const paidAt = new Date('2026-04-01T08:00Z')
    const gained = gainedIn({ 'quizId="a"': bucketGains(40, { lastAt: new Date('2026-04-01T09:00Z'), paidAt }) })
    const takes = (given: ReturnType<typeof quiz>) =>
      takesRoom(
        [
          {
            completedAt: given.completedAt,
            gains: gainsOf(compiled(best), [given], { calendar: utcCalendar, gained })[0]!,
          },
        ],
        { calendar: utcCalendar, gained, lastAt: null },
      )
    expect([quiz('a', 7), quiz('a', 8), quiz('a', 9), quiz('b', 7)].map(takes)).toEqual([true, true, false, false])
  })
})

describe('what limits need to know for a completion', () => {
  const keysOf = (...rules: readonly PointsRule[]) =>
    limitsOf(compiled(...rules), completion('2026-04-01T12:00Z', 'lesson', { quizId: 'a' })).map(
      ({ source, bucket }) => `${source} ${bucket}`,
    )

  test('is what was given in the periods in which it may count', () => {
    expect(keysOf(capped, { category: 'lesson', where: { a: { eq: 1 } }, points: 1 })).toEqual([
      'points:lesson 2026-03-31',
      'points:lesson 2026-04-01',
      'points:lesson 2026-04-02',
    ])
    expect(keysOf({ ...capped, cap: { per: 'month', points: 25 } })).toEqual([
      'points:lesson 2026-03',
      'points:lesson 2026-04',
    ])
  })

  test('is what its item and the whole rule were given', () => {
    expect(
      keysOf({ ...lesson, per: 'quizId', once: true, cooldown: 'PT1H', cap: { per: 'ever', points: 50 } }),
    ).toEqual(['points:lesson ever', 'points:lesson quizId="a"', 'points:lesson '])
  })

  test('is nothing if no rule with limits matches', () => {
    expect(keysOf(lesson, { ...capped, where: { score: { gte: 90 } } })).toEqual([])
    expect(limitsOf(compiled(capped), completion('2026-04-01T01:00Z', 'quiz'))).toEqual([])
  })
})
