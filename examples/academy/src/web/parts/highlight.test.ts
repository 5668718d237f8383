import { expect, test } from 'vitest'
import { courses } from '../../content/courses.js'
import { piecesOf } from './highlight.js'

const shown = courses
  .flatMap(({ steps }) => steps.flatMap(({ blocks }) => blocks))
  .filter(block => block.type === 'code')

test('nothing of the code is lost or doubled', () => {
  for (const { code } of shown)
    expect(
      piecesOf(code)
        .map(({ text }) => text)
        .join(''),
    ).toBe(code)
})

test('words inside of texts and remarks are no words', () => {
  const kinds = piecesOf("const a = 'const' // const").map(({ kind }) => kind)
  expect(kinds.filter(kind => kind === 'word')).toHaveLength(1)
})
