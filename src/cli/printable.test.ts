import { expect, test } from 'vitest'
import { columnsOf, printable } from './printable.js'
import { secretsIn, withoutSecrets } from './secrets.js'
import { tableLines } from './table.js'

test('what a terminal would obey is written as an escape', () => {
  expect(printable('ann\u001b[2J\n\u202eevil')).toBe('ann\\u{1b}[2J\\u{a}\\u{202e}evil')
})

test.each([
  ['ann', 3],
  ['🎯 x', 4],
  ['👩‍🚀', 2],
  ['漢字', 4],
  ['é', 1],
])('%s takes %i columns', (text, count) => {
  expect(columnsOf(text)).toBe(count)
})

test('a table is aligned in columns, with numbers on the right', () => {
  const screen = { width: 80, isLive: false, paint: (_: string, text: string) => text }
  const columns = [{ head: 'name' }, { head: 'n', isFigure: true }, { head: 'id' }]
  expect(
    tableLines(screen, columns, [
      ['🎯', '5', 'a'],
      ['longer', '10', ''],
    ]),
  ).toEqual(['name     n  id', '🎯       5  a', 'longer  10'])
})

test.each([
  'postgres://u:s%40e:c@host/db',
  '--database=postgresql://u:s%40e:c@host',
  'postgres://host/db?password=s%40e:c',
])('the password in %s is found as it is written and as it is meant', address => {
  expect(withoutSecrets(`${address} s@e:c`, secretsIn(address))).not.toMatch(/s(%40|@)e:c/)
})
