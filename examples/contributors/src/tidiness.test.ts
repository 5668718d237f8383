import { expect, test } from 'vitest'
import { tidinessOf } from './tidiness.js'

const tidy = {
  subjectLength: 72,
  fileCount: 10,
  insertionCount: 150,
  deletionCount: 50,
  areas: new Set(['source', 'tests'] as const),
}

test('a small commit with a short subject and its tests is textbook', () => {
  expect(tidinessOf(tidy)).toBe(100)
})

test.each([
  ['a long subject', { subjectLength: 73 }],
  ['no subject', { subjectLength: 0 }],
  ['many files', { fileCount: 11 }],
  ['many lines', { insertionCount: 151 }],
  ['neither tests nor docs', { areas: new Set(['source'] as const) }],
])('%s costs a quarter', (_, changes) => {
  expect(tidinessOf({ ...tidy, ...changes })).toBe(75)
})
