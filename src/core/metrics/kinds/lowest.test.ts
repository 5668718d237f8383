import { expect, test } from 'vitest'
import { catalogFaults } from '../../catalog/catalog-faults.js'
import { lintCatalog } from '../../lint/lint.js'
import type { LowestRequirement } from './lowest.js'

const fastest = { type: 'lowest', category: 'lap', property: 'seconds', target: 60 } as const
const milestone = (change: object) => ({ milestones: [{ id: 'm', title: 'M', requirement: fastest, ...change }] })
const faultsOf = (change: object) => catalogFaults(milestone(change)).map(({ path, problem }) => `${path} ${problem}`)
const warningsOf = (change: Partial<LowestRequirement>) =>
  lintCatalog(milestone({ requirement: { ...fastest, ...change } })).map(({ path, problem }) => `${path} ${problem}`)

test.each([60, 0.5, 0, -3])('takes the target %s', target => {
  expect(faultsOf({ requirement: { ...fastest, target } })).toEqual([])
})

test('takes tiers that fall and no others', () => {
  const { target: _, ...requirement } = fastest
  expect(faultsOf({ requirement, tiers: [3, 0, -3] })).toEqual([])
  expect(faultsOf({ requirement, tiers: [60, 75, 75] })).toEqual([
    'milestones[0].tiers[2] "75" is already the key of milestones[0].tiers[1]',
    'milestones[0].tiers[1] is 75, not below the 60 before it',
    'milestones[0].tiers[2] is 75, not below the 75 before it',
  ])
})

test('cannot come again, nor count in one calendar period or a rolling window', () => {
  const at = 'milestones[0]'
  expect(faultsOf({ repeatable: {} })).toEqual([`${at}.repeatable "lowest" has no multiples to reach again`])
  expect(faultsOf({ requirement: { ...fastest, during: 'week' } })).toEqual([`${at}.requirement.during is "week"`])
  expect(faultsOf({ requirement: { ...fastest, within: 'P7D' } })).toEqual([
    `${at}.requirement.within is not an option that exists here`,
  ])
  expect(faultsOf({ requirement: { ...fastest, during: { from: '2026-05-01' } } })).toEqual([])
})

test.each<[string, Partial<LowestRequirement>]>([
  ['no "seconds" below 70', { where: { seconds: { gte: 70 } } }],
  ['no "seconds" of or below 60', { where: { seconds: { gt: 60 } } }],
  ['no "seconds" below 65', { where: { seconds: { in: [80, 65] } } }],
  ['no number for "seconds"', { where: { seconds: { exists: false } } }],
  ['no number for "seconds"', { where: { seconds: { gt: 'a' } } }],
])('is out of reach where its `where` lets %s through', (words, change) => {
  expect(warningsOf(change)).toEqual([
    `milestones[0].requirement.target is 60, but its \`where\` lets ${words} through`,
  ])
})

test.each<[Partial<LowestRequirement>]>([
  [{}],
  [{ where: { seconds: { gte: 60 } } }],
  [{ where: { seconds: { gt: 59.9, lt: 100 } } }],
  [{ where: { seconds: { ne: 60 } } }],
  [{ target: -1, where: { seconds: { lt: 0 } } }],
])('is within reach otherwise: %j', change => {
  expect(warningsOf(change)).toEqual([])
})
