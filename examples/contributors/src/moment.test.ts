import { expect, test } from 'vitest'
import { momentOf } from './moment.js'

const now = new Date('2024-06-01T12:00:00Z')
const committedAt = '2024-05-02T08:00:00+00:00'

test('a commit is made when its author says, on the day and at the hour of the author', () => {
  expect(momentOf({ authoredAt: '2024-05-04T00:30:00+02:00', committedAt }, now)).toEqual({
    at: new Date('2024-05-03T22:30:00Z'),
    hour: 0,
    weekday: 'saturday',
    isUnknown: false,
  })
})

test.each([
  ['lies ahead', '2044-05-01T10:00:00Z'],
  ['is beyond what a date can be', '292277026596-12-04T15:30:07+00:00'],
  ['is no date', ''],
])("an author's date that %s gives way to the committer's", (_, authoredAt) => {
  const moment = momentOf({ authoredAt, committedAt }, now)
  expect(moment).toMatchObject({ at: new Date(committedAt), hour: 8, weekday: 'thursday', isUnknown: false })
})

test('a commit without a date that can be is made now', () => {
  const moment = momentOf({ authoredAt: '2044-05-01T10:00:00Z', committedAt: '2044-05-01T10:00:00Z' }, now)
  expect(moment).toEqual({ at: now, hour: 12, weekday: 'saturday', isUnknown: true })
})

test('the first second that git knows is a time like any other', () => {
  const moment = momentOf({ authoredAt: '1970-01-01T00:00:00+00:00', committedAt }, now)
  expect(moment).toMatchObject({ at: new Date(0), isUnknown: false })
})
