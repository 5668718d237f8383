import { expect, test } from 'vitest'
import { eventText } from './event-text.js'

test('writes a block with everything in it', () => {
  expect(eventText({ id: '1-2', event: 'badge.awarded', data: '{}', retryMs: 1500.4, comment: 'here' })).toBe(
    ': here\nretry: 1500\nid: 1-2\nevent: badge.awarded\ndata: {}\n\n',
  )
})

test.each(['\n', '\r', '\r\n'])('lets a line end %j in a value begin no field of its own', end => {
  expect(
    eventText({ id: `1${end}event: x`, event: `a${end}data: b`, data: `c${end}${end}id: 7`, comment: `d${end}e` }),
  ).toBe(': d\n: e\nid: 1 event: x\nevent: a data: b\ndata: c\ndata: \ndata: id: 7\n\n')
})
