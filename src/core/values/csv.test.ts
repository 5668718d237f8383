import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CsvRecord, startCsv } from './csv.js'

function read(text: string, delimiter?: string): CsvRecord[] {
  const reader = startCsv(delimiter)
  return [...reader.push(text), ...reader.end()]
}
const fieldsIn = (text: string): unknown[] =>
  read(text).map(record => ('fields' in record ? record.fields : record.problem))

test('reads fields between commas, and quoted ones with commas, quotes and line breaks in them', () => {
  expect(fieldsIn('a,"b, ""c""\r\nd",\r\n,e,""\r\n')).toEqual([
    ['a', 'b, "c"\r\nd', ''],
    ['', 'e', ''],
  ])
})

test.each(['\n', '\r\n', '\r'])(
  'accepts %j as the end of a line, and returns the line where a record started',
  ending => {
    const text = ['a,b', `"c${ending}d",e`, '', 'f,g'].join(ending)
    expect(read(text)).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: [`c${ending}d`, 'e'] },
      { line: 5, fields: ['f', 'g'] },
    ])
  },
)

test('accepts another delimiter', () => {
  expect(read('a;b,c', ';')).toEqual([{ line: 1, fields: ['a', 'b,c'] }])
})

test('reports what breaks the rules, and continues with the next line', () => {
  expect(fieldsIn('a"b,c\n"d"e,f\ng,h\n"i,j')).toEqual([
    'has a quote inside a field that begins without one',
    'has text after a closing quote',
    ['g', 'h'],
    'has a quote that is not closed',
  ])
})

test('gives up on a record that does not end', () => {
  const reader = startCsv()
  const records = Array.from({ length: 30 }, () => reader.push(`${'x'.repeat(50_000)}\n`))
  expect(records.flat()).toHaveLength(30)
  const open = [...reader.push(`"${'x'.repeat(1_200_000)}\n`), ...reader.push('a,b\n')]
  expect(open).toMatchObject([{ problem: expect.stringContaining('quote not closed') }, { fields: ['a', 'b'] }])
})

test.each([
  ['a field', 'x'],
  ['many fields', 'x,'],
  ['many empty fields', ','],
])('gives up on a line without quotes that is too long, in %s', (_, piece) => {
  const reader = startCsv()
  const long = piece.repeat(700_000)
  const records = [...reader.push('a,b\n'), ...reader.push(long), ...reader.push(long), ...reader.push('\nc,d\n')]
  expect(records).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 2, problem: expect.stringContaining('is over 1000000 characters') },
    { line: 3, fields: ['c', 'd'] },
  ])
})

test('reads back what was written, in any pieces', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', '😀') })
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 })
  fc.assert(
    fc.property(table, fc.array(fc.nat(40)), (rows, cuts) => {
      const text = rows.map(row => row.map(each => `"${each.replaceAll('"', '""')}"`).join(',')).join('\r\n')
      const reader = startCsv()
      const ends = [...new Set([...cuts, text.length])].sort((a, b) => a - b)
      const pieces = ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end))
      const records = [...pieces.flatMap(piece => [...reader.push(piece)]), ...reader.end()]
      expect(records.map(record => 'fields' in record && record.fields)).toEqual(rows)
    }),
    { numRuns: 1000 },
  )
})
