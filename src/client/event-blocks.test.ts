import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBlockReader } from './event-blocks.js'

test('a block has its event, its lines of data and its id', () => {
  const { read } = createBlockReader()
  expect(read(': hello\nid: 1\nevent: progress\ndata: {\ndata:"a": 1}\n\n')).toEqual([
    { event: 'progress', data: '{\n"a": 1}', id: '1' },
  ])
})

test('a block without data still moves the id, one without an event is a message', () => {
  const { read } = createBlockReader()
  expect(read('id: 7\n\ndata: x\n\n: alive\n\n')).toEqual([
    { event: 'message', data: null, id: '7' },
    { event: 'message', data: 'x', id: null },
  ])
})

test('the wait before the next connection is kept, and nonsense is not', () => {
  const { read, retryMs } = createBlockReader()
  read('retry: soon\n\n')
  expect(retryMs()).toBeNull()
  read('retry: 2500\n\n')
  expect(retryMs()).toBe(2500)
})

test('the same blocks come out wherever the text is cut, with any line ends', () => {
  const piece = fc.constantFrom('id: 1', 'data: a', 'data', 'event: b', ': c', '', '', 'data: d: e')
  const lines = fc.array(fc.tuple(piece, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 30 })
  fc.assert(
    fc.property(lines, fc.array(fc.nat(200)), (all, cuts) => {
      // A line end of its own keeps `\r` and `\n` of two lines from being one.
      const text = all
        .map(([line, end]) => line + end)
        .join('')
        .replaceAll('\r\n', '\n')
      const whole = createBlockReader().read(`${text}\n\n`)
      const { read } = createBlockReader()
      const places = [0, ...cuts.map(cut => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
      const pieces = places.slice(1).map((place, i) => text.slice(places[i], place))
      expect([...pieces, '\n\n'].flatMap(read)).toEqual(whole)
    }),
  )
})
