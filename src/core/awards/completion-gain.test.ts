import { describe, expect, test } from 'vitest'
import { type PointsRule, pointsRulesByCategory } from '../catalog/points-rule.js'
import { calendarOf, utcCalendar } from '../time/calendar.js'
import { capsOf, type DayGains, type GainView, gainsOf, takesRoom } from './completion-gain.js'

const lesson: PointsRule = { category: 'lesson', points: 10 }
const capped: PointsRule = { ...lesson, cap: { per: 'day', points: 25 } }
const compiled = (...rules: readonly PointsRule[]) => pointsRulesByCategory(rules, text => text)
const completion = (at: string, category = 'lesson', metadata = {}) => {
  return { category, itemKey: at, metadata, completedAt: new Date(at) }
}
const hours = (...list: readonly number[]) =>
  list.map(hour => completion(`2026-04-01T${String(hour).padStart(2, '0')}:00Z`))

type Before = Partial<GainView>
const dayGains = (points: number, more: Partial<DayGains> = {}): GainView['gained'] => {
  const day = { points, offered: points, lowestCap: 25, lastAt: new Date('2026-04-01T00:30Z'), ...more }
  return new Map([['points:lesson', new Map([['2026-04-01', day]])]])
}

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

describe('the ledger entries that a completion needs', () => {
  test('are those of capped rules on the days on which it may count', () => {
    const keys = capsOf(compiled(capped, { category: 'lesson', where: { a: { eq: 1 } }, points: 1 }), hours(12)[0]!)
    expect(keys.map(({ source, period }) => `${source} ${period}`)).toEqual([
      'points:lesson 2026-03-31',
      'points:lesson 2026-04-01',
      'points:lesson 2026-04-02',
    ])
  })

  test('are none if no capped rule matches', () => {
    const rules = compiled(lesson, { ...capped, where: { score: { gte: 90 } } })
    expect(capsOf(rules, hours(12)[0]!)).toEqual([])
    expect(capsOf(rules, completion('2026-04-01T01:00Z', 'quiz'))).toEqual([])
  })
})
