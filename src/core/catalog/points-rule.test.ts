import { expect, test } from 'vitest'
import { type PointsRule, pointsRulesByCategory, sourceOf } from './points-rule.js'

const digest = (text: string): string => `digest-${text.length}`
const lesson: PointsRule = { category: 'lesson', points: 10 }
const completion = (category: string, metadata = {}) => ({ category, itemKey: 'k', metadata, completedAt: new Date(0) })

test('rules are grouped by their categories, in catalog order', () => {
  const rules = pointsRulesByCategory(
    [lesson, { category: ['quiz', 'lesson', 'quiz'], points: 5 }, { category: 'quiz', points: 1 }],
    digest,
  )
  const pointsOf = (category: string) => rules.get(category)?.map(({ points }) => points)
  expect([pointsOf('lesson'), pointsOf('quiz'), pointsOf('other')]).toEqual([[10, 5], [5, 1], undefined])
})

test('a rule of several categories is one rule under each', () => {
  const rules = pointsRulesByCategory([{ category: ['a', 'b'], points: 5 }], digest)
  expect(rules.get('a')?.[0]?.source).toBe(rules.get('b')?.[0]?.source)
})

test('a rule matches what its tests of metadata match', () => {
  const rules = pointsRulesByCategory([{ ...lesson, where: { score: { gte: 90 } } }], digest)
  const [rule] = rules.get('lesson')!
  expect([89, 90, undefined].map(score => rule!.matches(completion('lesson', { score })))).toEqual([false, true, false])
})

test('a rule without a cap has none', () => {
  const rules = pointsRulesByCategory(
    [lesson, { category: 'quiz', points: 5, cap: { per: 'day', points: 20 } }],
    digest,
  )
  expect([rules.get('lesson')?.[0]?.capPerDay, rules.get('quiz')?.[0]?.capPerDay]).toEqual([null, 20])
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
