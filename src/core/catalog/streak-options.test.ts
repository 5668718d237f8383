import { expect, test } from 'vitest'
import { catalogFaults } from './catalog-faults.js'

const faultsOf = (more: object) => {
  const requirement = { type: 'streak', category: 'post', every: 'day', target: 7, ...more }
  return catalogFaults({ milestones: [{ id: 'a', title: 'A', requirement }] }).map(({ path }) => path)
}

test.each([
  ['on no day', { on: [] }, 'on'],
  ['on a day that is none', { on: ['Monday'] }, 'on[0]'],
  ['that takes nothing', { atLeast: 0 }, 'atLeast'],
  ['with freezes that nothing earns', { freezes: { max: 2 } }, 'freezes.every'],
  ['with no freezes', { freezes: { every: 7, max: 0 } }, 'freezes.max'],
])('refuses a streak %s', (_, more, path) => {
  expect(faultsOf(more)).toEqual([`milestones[0].requirement.${path}`])
})

test('accepts a streak with all options', () => {
  expect(faultsOf({ on: ['sat', 'mon'], atLeast: 3, grace: 1, freezes: { every: 7, max: 2 } })).toEqual([])
})
