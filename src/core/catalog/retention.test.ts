import { expect, test } from 'vitest'
import { catalogFaults } from './catalog-faults.js'
import { retentionLine } from './retention.js'

test.each([
  ['P30D', '2026-03-31T10:00:00Z', '2026-03-01T00:00:00.000Z'],
  ['P30D', '2026-03-30T23:59:59Z', '2026-02-01T00:00:00.000Z'],
  ['P730D', '2026-06-15T00:00:00Z', '2024-06-01T00:00:00.000Z'],
  ['P52W', '2025-01-01T00:00:00Z', '2024-01-01T00:00:00.000Z'],
])('a rule that keeps %s folds at %s what is from before %s', (keep, now, line) => {
  expect(retentionLine({ keep }, new Date(now)).toISOString()).toBe(line)
})

const kept = (category: unknown, keep: string): object => ({ category, keep })
const pathsOf = (retention: unknown, more: object = {}): readonly string[] =>
  catalogFaults({ milestones: [], retention, ...more }).map(({ path }) => path)

test.each<[string, unknown, string]>([
  ['no list', {}, 'retention'],
  ['a rule of no category', [{ keep: 'P9D' }], 'retention[0].category'],
  ['the reserved category', [kept('milestone_badge', 'P9D')], 'retention[0].category'],
  ['months, which have no fixed length', [kept('x', 'P1M')], 'retention[0].keep'],
  ['less than a day', [kept('x', 'PT23H')], 'retention[0].keep'],
  ['a category of two rules', [kept(['x', 'y'], 'P9D'), kept('y', 'P30D')], 'retention[1]'],
])('refuses %s', (_, retention, path) => {
  expect(pathsOf(retention)).toEqual([path])
})

test('refuses a category that is not declared', () => {
  expect(pathsOf([kept('y', 'P30D')], { categories: ['x'] })).toEqual(['retention[0].category'])
  expect(pathsOf([kept('x', 'P30D')], { categories: ['x'] })).toEqual([])
})
