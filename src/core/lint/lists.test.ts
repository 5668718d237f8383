import { expect, test } from 'vitest'
import { lintCatalog } from './lint.js'

const course = { type: 'count', category: 'lesson', items: { list: 'course:ts' } }
const milestone = (id: string, requirement: unknown, more: object = {}) => ({ id, title: id, requirement, ...more })
const milestones = [
  milestone('all', course),
  milestone('three', {
    type: 'any',
    of: [
      { ...course, target: 3 },
      { type: 'points', target: 1 },
    ],
  }),
  milestone('streak', { ...course, type: 'streak', every: 'day', target: 2 }),
  milestone('after', { type: 'count', category: 'lesson', target: 1 }, { after: ['all'] }),
  milestone('old', { ...course, items: { list: 'gone' } }, { retired: true }),
]
const found = (lists?: object) =>
  lintCatalog({ milestones }, { ...(lists && { lists: lists as Record<string, string[]> }) }).map(
    ({ kind, path, problem, fix }) => `${kind} ${path}: ${problem}. ${fix}`,
  )

test('without the lists, says nothing of them', () => {
  expect(found()).toEqual([
    'unreachable milestones[1].requirement.of[1].target: is 1, but at most 0 points can be earned before it. Lower it, or give more points for milestones or completions.',
  ])
})

test('finds lists that do not exist or have no items, and what then cannot be earned', () => {
  const empty = '"course:ts" has no items, so nobody can earn it. Set its items with setItems'
  const lines = found({ 'course:tss': ['a'], 'course:ts': [] })
  expect(lines.filter(line => line.includes('items.list'))).toEqual([
    `unreachable milestones[0].requirement.items.list: ${empty}, or name another list. Did you mean "course:tss"?`,
    `unreachable milestones[1].requirement.of[0].items.list: ${empty}, or name another list. Did you mean "course:tss"?`,
    `unreachable milestones[2].requirement.items.list: ${empty}, or name another list. Did you mean "course:tss"?`,
  ])
  expect(lines).toContainEqual(expect.stringContaining('milestones[3].after[0]: "all" cannot be earned'))
  expect(found({})[0]).toContain(`${empty}.`)
})

test('finds targets above what a list has', () => {
  expect(found({ 'course:ts': ['a', 'b'] })[0]).toBe(
    'unreachable milestones[1].requirement.of[0].target: is 3, but only 2 items of "course:ts" can be completed. Lower the target, or let more items count.',
  )
  expect(found({ 'course:ts': ['a', 'b', 'c'] })).toEqual(found())
})
