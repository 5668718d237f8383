import { expect, test } from 'vitest'
import type { Commit } from './commit.js'
import { completionsOf, firstTimes } from './completions.js'
import { momentOf } from './moment.js'

const commit: Commit = {
  hash: 'abc',
  userId: 'ada',
  name: 'Ada',
  authoredAt: '2024-05-04T00:30:00+02:00',
  committedAt: '2024-05-04T00:30:00+02:00',
  parentCount: 1,
  fileCount: 2,
  insertionCount: 10,
  deletionCount: 4,
  areas: new Set(['source']),
  subjectLength: 20,
}
const moment = momentOf(commit, new Date('2024-06-01T12:00:00Z'))

function keysOf(changes: Partial<Commit>): readonly string[] {
  return completionsOf({ ...commit, ...changes }, moment).map(({ category, itemKey }) => `${category} ${itemKey}`)
}

test('a commit completes itself, its areas and its weekday', () => {
  expect(keysOf({})).toEqual(['commit abc', 'area source', 'weekday saturday'])
})

test('tests, docs and a merge are completed by the same hash in categories of their own', () => {
  const keys = keysOf({ areas: new Set(['tests', 'docs']), parentCount: 2 })
  expect(keys).toEqual([
    'commit abc',
    'test abc',
    'docs abc',
    'merge abc',
    'area tests',
    'area docs',
    'weekday saturday',
  ])
})

test('a commit carries its numbers, its hour and how tidy it is, at its true time', () => {
  expect(completionsOf(commit, moment)[0]).toEqual({
    userId: 'ada',
    category: 'commit',
    itemKey: 'abc',
    completedAt: new Date('2024-05-03T22:30:00Z'),
    metadata: { files: 2, insertions: 10, deletions: 4, hour: 0, quizScore: 75 },
  })
})

test('a merge is not graded', () => {
  expect(completionsOf({ ...commit, parentCount: 2 }, moment)[0]!.metadata).not.toHaveProperty('quizScore')
})

test('areas and weekdays are let through once a person', () => {
  const isFirstTime = firstTimes()
  const passing = (changes: Partial<Commit>) => completionsOf({ ...commit, ...changes }, moment).filter(isFirstTime)
  expect(passing({})).toHaveLength(3)
  expect(passing({ hash: 'def' }).map(({ category }) => category)).toEqual(['commit'])
  expect(passing({ userId: 'bob' })).toHaveLength(3)
})
