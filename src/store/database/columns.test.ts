import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textList } from './columns.js'

/** Reads an array literal as Postgres does: a backslash stands for the character after it. */
function read(literal: string): readonly string[] {
  return [...literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, text]) => text!.replace(/\\(.)/gs, '$1'))
}

test('a list of texts means the same texts to Postgres, whatever is in them', () => {
  const unit = fc.constantFrom(
    'a',
    '"',
    '\\',
    'n',
    'u',
    '0',
    '\n',
    '\t',
    '\u0001',
    '\u007f',
    '\u2028',
    ',',
    '{',
    'é',
    '😀',
  )
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 6 })), texts => {
      expect(read(textList(texts))).toEqual(texts)
    }),
    { numRuns: 500 },
  )
})
