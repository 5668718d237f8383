import { expect, test } from 'vitest'
import { freshCopy } from './fresh.js'

test('copies every object, array and date', () => {
  const given = { list: [{ at: new Date(5), tags: ['b', 'a'] }], none: null, text: 'x' }
  const copy = freshCopy(given)
  copy.list[0]!.tags.sort()
  copy.list[0]!.at.setTime(0)
  copy.list.pop()
  expect(given).toEqual({ list: [{ at: new Date(5), tags: ['b', 'a'] }], none: null, text: 'x' })
})

test('keeps a key named __proto__ as data', () => {
  const copy = freshCopy(JSON.parse('{"__proto__": {"isAdmin": true}}'))
  expect(Object.keys(copy)).toEqual(['__proto__'])
  expect(copy.isAdmin).toBeUndefined()
})
