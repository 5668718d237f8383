import { expect, test } from 'vitest'
import { areaOf } from './area.js'

test.each([
  ['src/index.ts', 'source'],
  ['m4/ax_cc.m4', 'source'],
  ['src/contest.ts', 'source'],
  ['README.md', 'docs'],
  ['docs/images/way.svg', 'docs'],
  ['man/milepost.1', 'docs'],
  ['LICENSE', 'docs'],
  ['src/index.test.ts', 'tests'],
  ['src/catalog.test-d.ts', 'tests'],
  ['test/README.md', 'tests'],
  ['pkg/store_test.go', 'tests'],
  ['python/test_store.py', 'tests'],
  ['package.json', 'build'],
  ['studio/vite.config.ts', 'build'],
  ['.github/workflows/ci.yml', 'build'],
  ['.gitignore', 'build'],
  ['CMakeLists.txt', 'build'],
])('%s belongs to %s', (path, area) => {
  expect(areaOf(path)).toBe(area)
})
