import { expect, test } from 'vitest'
import type { Commit } from './commit.js'
import { readShippedLog, shippedLogLength } from './shipped-log.js'

const commits: Commit[] = []
for await (const commit of readShippedLog()) commits.push(commit)

test('the shipped log has the commits that it says, each once, with true times and no address', () => {
  expect(commits).toHaveLength(shippedLogLength)
  expect(new Set(commits.map(({ hash }) => hash)).size).toBe(shippedLogLength)
  for (const { hash, userId, name, authoredAt, fileCount, insertionCount, deletionCount } of commits) {
    expect([hash, userId]).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/), expect.stringMatching(/^[0-9a-f]{16}$/)])
    expect(name).toMatch(/^[^@\s]+( \p{Lu}\.)?$/u)
    expect(Date.parse(authoredAt)).toBeGreaterThan(Date.UTC(2000, 0, 1))
    expect(Math.min(fileCount, insertionCount, deletionCount)).toBeGreaterThanOrEqual(0)
  }
})

test('the shipped log has every area, and merges', () => {
  expect(new Set(commits.flatMap(({ areas }) => [...areas]))).toEqual(new Set(['source', 'docs', 'tests', 'build']))
  expect(commits.some(({ parentCount }) => parentCount > 1)).toBe(true)
})
