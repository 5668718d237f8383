import { expect, test } from 'vitest'
import { type BadgeGain, type GivingBadge, gainChanges } from './badge-gains.js'

const day = (number: number): Date => new Date(Date.UTC(2026, 5, number))
const badge = (id: string, points: number, coins?: GivingBadge['coins']): GivingBadge => {
  return { id, points, earnedAt: day(1), ...(coins && { coins }) }
}
const gain = (id: string, points: number, currency?: string, at = day(1)): BadgeGain => ({ id, currency, points, at })

test.each<[string, readonly GivingBadge[], readonly BadgeGain[], readonly BadgeGain[]]>([
  ['nothing', [], [], []],
  ['nothing of a badge that gives nothing', [badge('a', 0, { gems: 0 })], [], []],
  ['points and coins, each apart', [badge('a', 5, { gems: 2 })], [], [gain('a', 5), gain('a', 2, 'gems')]],
  ['what is missing', [badge('a', 5, { gems: 2 })], [gain('a', 5)], [gain('a', 2, 'gems')]],
  ['a difference', [badge('a', 5, { gems: 3 })], [gain('a', 5), gain('a', 1, 'gems')], [gain('a', 2, 'gems')]],
  [
    'the undoing of coins that are gone',
    [badge('a', 5)],
    [gain('a', 5), gain('a', 1, 'gems')],
    [gain('a', -1, 'gems')],
  ],
  [
    'the undoing of a badge that is gone',
    [],
    [gain('a', 5), gain('a', 1, 'gems')],
    [gain('a', -5), gain('a', -1, 'gems')],
  ],
  [
    'a move to another date',
    [badge('a', 5)],
    [gain('a', 4, undefined, day(2))],
    [gain('a', -4, undefined, day(2)), gain('a', 5)],
  ],
])('finds %s', (_, badges, stored, changes) => {
  expect(gainChanges(badges, stored)).toEqual(changes)
})
