import { expect, test } from 'vitest'
import { lintCatalog } from '../lint/lint.js'
import { parseCatalog } from './catalog.js'

const count = (target: number) => ({ type: 'count', category: 'lesson', target })
const milestone = (i: number, more: object = {}) => ({ id: `m${i}`, title: 'M', requirement: count(i + 1), ...more })
const list = <Item>(length: number, item: (i: number) => Item): Item[] => Array.from({ length }, (_, i) => item(i))
const points = { type: 'points', target: 1 }

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

test.each<[string, unknown, string, RegExp]>([
  ['milestones', { milestones: list(9_000, milestone) }, 'milestones', /has 9000 milestones, over 2000/],
  [
    'tiers',
    { milestones: [milestone(0, { requirement: { type: 'count', category: 'a' }, tiers: list(50_000, i => i + 1) })] },
    'milestones[0].tiers',
    /over 5000 badges/,
  ],
  [
    'tiers of many milestones',
    { milestones: list(60, i => milestone(i, { tiers: list(100, n => n + 1) })) },
    'milestones[50].tiers',
    /over 5000 badges/,
  ],
  [
    'times over points',
    { milestones: list(300, i => milestone(i, { requirement: points, repeatable: { max: 1_000 } })) },
    'milestones[5].repeatable',
    /over 5000 badges/,
  ],
  [
    'tiers of a large requirement',
    {
      milestones: [
        milestone(0, {
          requirement: { type: 'milestones', ids: list(1_000, i => `m${i}`) },
          tiers: list(1_000, i => i + 1),
        }),
      ],
    },
    'milestones[0].tiers',
    /over 200000 values/,
  ],
  ['values', { milestones: [], categories: list(300_000, String) }, 'catalog', /over 200000 values/],
  ['characters', { milestones: [milestone(0, { title: 'x'.repeat(4_000_001) })] }, 'catalog', /over 4000000 char/],
  ['levels', { milestones: [milestone(0, { requirement: nested(100_000) })] }, 'catalog', /deeper than 40 levels/],
])('a catalog with too many %s is refused, and no other fault is reported', (_, catalog, path, problem) => {
  const fault = { path, problem: expect.stringMatching(problem), fix: expect.any(String) }
  expect(() => parseCatalog(catalog)).toThrow(
    expect.objectContaining({ code: 'CATALOG_INVALID', details: { faults: [fault] } }),
  )
  expect(lintCatalog(catalog)).toEqual([{ kind: 'fault', ...fault }])
})

test('the largest ones are accepted', () => {
  expect(parseCatalog({ milestones: list(2_000, milestone) }).milestones).toHaveLength(2_000)
  const tiers = list(5_000, i => i + 1)
  const tiered = milestone(0, { requirement: { type: 'count', category: 'a' }, tiers })
  expect(parseCatalog({ milestones: [tiered] }).milestones).toHaveLength(5_000)
})

test('very many unknown names are all reported', () => {
  const ids = list(2_000, i => `unknown-${i}`)
  const milestones = list(1_999, i => milestone(i, i === 0 ? { requirement: { type: 'milestones', ids } } : {}))
  expect(() => parseCatalog({ milestones })).toThrow(/The catalog has 2000 faults/)
})
