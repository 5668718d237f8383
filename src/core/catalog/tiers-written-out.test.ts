import { describe, expect, test } from 'vitest'
import { parseCatalog } from './catalog.js'

const posts = { type: 'count', category: 'post' }
const tiered = (tiers: readonly unknown[], more: object = {}) => ({
  milestones: [{ id: 'a', title: 'a', requirement: posts, tiers, ...more }],
})

describe('tiers written out', () => {
  const catalog = parseCatalog(
    tiered(
      [
        1,
        { key: 'all-star', target: 5, title: 'Writer' },
        { key: 'silver_pen', target: 9, reward: { points: 50, badge: 'Author' } },
        { target: 12, reward: { points: 70 } },
      ],
      { title: 'Posts', reward: { points: 5, unlocks: ['pen'] }, tierMode: 'replace' },
    ),
  )

  test('are milestones of their own, named by their keys, or by their targets', () => {
    expect(catalog.milestones.map(({ id, tier }) => [id, tier])).toEqual(
      ['1', 'all-star', 'silver_pen', '12'].map((key, i) => {
        return [`a#${key}`, { of: 'a', key, number: i + 1, count: 4, mode: 'replace' }]
      }),
    )
  })

  test('have the targets given', () => {
    expect(catalog.requirements).toEqual([1, 5, 9, 12].map(target => ({ ...posts, target })))
  })

  test('get a title from their keys if they have none', () => {
    expect(catalog.milestones.map(({ title, reward }) => [title, reward.badge])).toEqual([
      ['Posts 1', 'Posts 1'],
      ['Writer', 'Writer'],
      ['Posts Silver pen', 'Author'],
      ['Posts 12', 'Posts 12'],
    ])
  })

  test('take the rest of the reward from the milestone', () => {
    expect(catalog.milestones.map(({ reward }) => [reward.points, reward.unlocks])).toEqual([
      [5, ['pen']],
      [5, ['pen']],
      [50, ['pen']],
      [70, ['pen']],
    ])
  })

  test('are named after the badge of the milestone, in every locale', () => {
    const [first] = parseCatalog(tiered([1], { reward: { badge: { en: 'Pen', de: 'Stift' } } })).milestones
    expect(first?.reward.badge).toBe('Pen 1')
  })
})
