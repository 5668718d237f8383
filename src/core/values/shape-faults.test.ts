import { expect, test } from 'vitest'
import { filledList, integer, object, oneOf, optional, record, string, union } from './shape.js'
import { shapeFaults } from './shape-faults.js'

const text = string({ minLength: 1 })
const shape = object({
  kind: oneOf(['small', 'large']),
  count: optional(integer({ minimum: 1 })),
  names: optional(union([text, filledList(text), record(text, text)])),
})
const fixesOf = (value: unknown): readonly string[] =>
  shapeFaults(shape, value, 'here').map(({ path, problem, fix }) => `${path} ${problem}. ${fix}`)

test('every fault is found at its place', () => {
  expect(fixesOf({ kind: 'large', count: 2, names: ['a'] })).toEqual([])
  expect(fixesOf({ kind: 'lage', count: 1.5, size: 1 })).toEqual([
    'here.kind is "lage". Did you mean "large"?',
    'here.count is 1.5. Give a whole number.',
    'here.size is not an option that exists here. Use one of: kind, count, names.',
  ])
  expect(fixesOf({ count: 0 })).toEqual([
    'here.kind is missing. Use one of: small, large.',
    'here.count is 0. Give a number of at least 1.',
  ])
  expect(fixesOf([])).toEqual(['here is an array. Give an object.'])
})

test('of several shapes, that of the right type says what is wrong', () => {
  const empty = 'Add at least one, or remove the option if it is optional.'
  expect(fixesOf({ kind: 'small', names: '' })).toEqual([`here.names is empty. ${empty}`])
  expect(fixesOf({ kind: 'small', names: { en: '' } })).toEqual([`here.names.en is empty. ${empty}`])
  expect(fixesOf({ kind: 'small', names: 1 })).toEqual([
    'here.names is 1. Give a text, a list of texts, a number or true/false, as the option asks.',
  ])
})

test('a hole in a list and an object without a prototype are faults like others', () => {
  const names = ['a', 'b', 'c']
  delete names[1]
  expect(shapeFaults(filledList(text), names, 'names')).toEqual([
    { path: 'names[1]', problem: 'is missing', fix: 'Give a text.' },
  ])
  expect(fixesOf({ kind: Object.create(null) })).toEqual(['here.kind is an object. Use one of: small, large.'])
})
