import { expect, test } from 'vitest'
import { utcCalendar } from '../time/calendar.js'
import type { Boost } from './boost.js'
import { type PointsRule, pointsRulesByCategory, sourceOf } from './points-rule.js'

const digest = (text: string): string => `digest-${text.length}`
const lesson: PointsRule = { category: 'lesson', points: 10 }
const completion = (category: string, metadata = {}, at: string | number = 0) => {
  return { category, itemKey: 'k', metadata, completedAt: new Date(at) }
}
const compiled = (points: readonly PointsRule[], boosts: readonly Boost[] = []) =>
  pointsRulesByCategory({ points, boosts }, digest)
const offeredBy = (rule: PointsRule, metadata: object, boosts: readonly Boost[] = [], at: string | number = 0) =>
  compiled([rule], boosts)
    .get('lesson')![0]!
    .offerOf(completion('lesson', metadata, at), utcCalendar).offered

test('rules are grouped by their categories, in catalog order', () => {
  const rules = compiled([lesson, { category: ['quiz', 'lesson', 'quiz'], points: 5 }, { category: 'quiz', points: 1 }])
  const pointsOf = (category: string) =>
    rules.get(category)?.map(rule => rule.offerOf(completion(category), utcCalendar).offered)
  expect([pointsOf('lesson'), pointsOf('quiz'), pointsOf('other')]).toEqual([[10, 5], [5, 1], undefined])
})

test('a rule of several categories is one rule under each', () => {
  const rules = compiled([{ category: ['a', 'b'], points: 5 }])
  expect(rules.get('a')?.[0]?.source).toBe(rules.get('b')?.[0]?.source)
})

test('a rule matches what its tests of metadata match', () => {
  const rule: PointsRule = { ...lesson, where: { score: { gte: 90 } } }
  expect([89, 90, undefined].map(score => offeredBy(rule, { score }))).toEqual([0, 10, 0])
})

test('points by a number are one for each whole part of it', () => {
  const rule: PointsRule = { ...lesson, points: { property: 'score', per: 10 } }
  const scores = [0, 9.99, 10, 95, 100, -20, '50', null, undefined, Number.NaN]
  expect(scores.map(score => offeredBy(rule, { score }))).toEqual([0, 0, 1, 9, 10, 0, 0, 0, 0, 0])
  expect(offeredBy({ ...lesson, points: { property: 'score', per: 0.1 } }, { score: 0.3 })).toBe(3)
  expect(offeredBy({ ...lesson, points: { property: 'score' } }, { score: 7.5 })).toBe(7)
  expect(offeredBy({ ...lesson, points: { property: 'score' } }, { score: 1e300 })).toBe(1_000_000_000)
  expect(offeredBy({ ...lesson, points: { property: 'toString' } }, {})).toBe(0)
})

test('a rule per item gives nothing without a value that names the item', () => {
  const rule: PointsRule = { ...lesson, per: 'quizId', once: true }
  const offered = ['a', 1, true, '', null, undefined, ['a']].map(quizId => offeredBy(rule, { quizId }))
  expect(offered).toEqual([10, 10, 10, 10, 0, 0, 0])
  const [compiledRule] = compiled([rule]).get('lesson')!
  const items = ['1', 1, 'x'.repeat(100)].map(quizId => compiledRule!.itemOf(completion('lesson', { quizId })))
  expect(items).toEqual(['quizId="1"', 'quizId=1', 'quizId#digest-103'])
})

test('of boosts that apply, the largest multiplies, rounded down', () => {
  const boost = (times: number, more: Partial<Boost> = {}): Boost => {
    return { from: '2026-04-01', until: '2026-04-03', times, ...more }
  }
  const at = (time: string, ...boosts: Boost[]) => offeredBy({ ...lesson, points: 7 }, { level: 3 }, boosts, time)
  expect(at('2026-03-31T23:59:59.999Z', boost(2))).toBe(7)
  expect(at('2026-04-01T00:00Z', boost(2))).toBe(14)
  expect(at('2026-04-02T23:59:59.999Z', boost(2))).toBe(14)
  expect(at('2026-04-03T00:00Z', boost(2))).toBe(7)
  expect(at('2026-04-02T00:00Z', boost(1.5), boost(3), boost(2))).toBe(21)
  expect(at('2026-04-02T00:00Z', boost(1.5))).toBe(10)
  expect(at('2026-04-02T00:00Z', boost(2, { category: 'quiz' }))).toBe(7)
  expect(at('2026-04-02T00:00Z', boost(2, { category: ['quiz', 'lesson'] }))).toBe(14)
  expect(at('2026-04-02T00:00Z', boost(2, { where: { level: { gt: 3 } } }), boost(1.2))).toBe(8)
  expect(offeredBy({ ...lesson, points: 100 }, {}, [boost(1.15)], '2026-04-02T00:00Z')).toBe(115)
})

test('the name of a rule says what it applies to, not what it gives', () => {
  expect(sourceOf(lesson, digest)).toBe('points:lesson')
  expect(sourceOf({ ...lesson, points: 99, cap: { per: 'day', points: 99 } }, digest)).toBe('points:lesson')
  expect(sourceOf({ ...lesson, category: ['lesson'] }, digest)).toBe('points:lesson')
})

test('two rules for the same completions have the same name', () => {
  const where = { score: { gte: 90, lte: 95 }, lang: { eq: 'ts' } }
  const other = { lang: { eq: 'ts' }, score: { lte: 95, gte: 90 } }
  expect(sourceOf({ category: ['b', 'a'], where, points: 1 }, digest)).toBe(
    sourceOf({ category: ['a', 'b', 'a'], where: other, points: 2 }, digest),
  )
})

test.each<[string, PointsRule]>([
  ['another category', { ...lesson, category: 'quiz' }],
  ['one category more', { ...lesson, category: ['lesson', 'quiz'] }],
  ['a test', { ...lesson, where: { score: { gte: 90 } } }],
  ['a category that reads like a list', { ...lesson, category: '[["lesson"],null,null]' }],
])('%s makes a different name', (_, rule) => {
  expect(sourceOf(rule, digest)).not.toBe(sourceOf(lesson, digest))
})

test('a long name is replaced by its digest', () => {
  const name = sourceOf({ ...lesson, where: { lang: { in: ['ts'.repeat(80)] } } }, digest)
  expect(name).toMatch(/^points:#digest-\d+$/)
})
