import { expect, test } from 'vitest'
import { lintCatalog } from './lint.js'

const count = (more: object = {}) => ({ type: 'count', category: 'x', target: 1, ...more })
const milestone = (id: string, requirement: object, more: object = {}) => ({ id, title: id, requirement, ...more })
const summer = { from: '2026-06-01', until: '2026-09-01' }
const winter = { from: '2026-12-01', until: '2027-03-01' }
const at = (time: string) => ({ from: `${time}`, until: '2030-01-01T00:00:00Z' })

const warned = (...milestones: object[]): unknown =>
  lintCatalog({ milestones }).map(({ kind, path, problem }) => `${kind} ${path}: ${problem}`)

const during = 'milestones[0].requirement.during'

test.each<[string, object, object, boolean]>([
  ['another season', winter, summer, true],
  ['the next day', { from: '2026-09-01' }, summer, true],
  ['the last day', { from: '2026-08-31' }, summer, false],
  ['what ends as the other begins', { until: '2026-06-01' }, summer, true],
  ['what ends a day later', { until: '2026-06-02' }, summer, false],
  ['an instant that is the last day somewhere', at('2026-09-01T23:59:00Z'), summer, false],
  ['an instant at which it is over everywhere', at('2026-09-02T00:00:00Z'), summer, true],
])('a window that counts %s', (_, window, available, isWarned) => {
  const warnings = warned(milestone('a', count({ during: window }), { available }))
  expect(warnings).toEqual(isWarned ? [expect.stringContaining(`window ${during}: `)] : [])
})

test('windows that exclude each other are found deeper inside, and shown', () => {
  const parts = { type: 'any', of: [count(), count({ during: { from: '2027-01-01' } })] }
  expect(warned(milestone('a', parts, { available: summer }))).toEqual([
    'window milestones[0].requirement.of[1].during: from 2027-01-01 has nothing in common with available ' +
      '(from 2026-06-01 until 2026-09-01), so nothing ever counts',
  ])
})

test('windows that exclude each other do not help other milestones', () => {
  const warnings = warned(
    milestone('a', count({ during: winter }), { available: summer }),
    milestone('b', { type: 'milestones', ids: ['a'] }),
  )
  expect(warnings).toEqual([
    expect.stringContaining(`window ${during}`),
    'unreachable milestones[1].requirement.ids[0]: "a" cannot be earned',
  ])
})

// 2026-06-01 is a Monday.
const week = (until: string) => ({ from: '2026-06-01', until })

test.each<[string, object, object, boolean]>([
  ['a day after the window', { days: ['fri'] }, week('2026-06-05'), true],
  ['the last day of the window', { days: ['thu'] }, week('2026-06-05'), false],
  [
    'a night that begins before the window',
    { days: ['sun'], from: '22:00', until: '05:00' },
    week('2026-06-05'),
    false,
  ],
  ['hours of the day before the window', { days: ['sun'], from: '22:00' }, week('2026-06-05'), true],
  ['any day of a week', { days: ['sun'] }, week('2026-06-08'), false],
  ['no day in particular', { from: '22:00' }, week('2026-06-02'), false],
  ['an instant that is Friday somewhere', { days: ['fri'] }, week('2026-06-04T12:00:00Z'), false],
])('counting only on %s', (_, when, available, isWarned) => {
  const warnings = warned(milestone('a', count({ when }), { available }))
  const path = 'milestones[0].requirement.when.days'
  expect(warnings).toEqual(isWarned ? [expect.stringContaining(`window ${path}: names no day of the week`)] : [])
  expect(warned(milestone('a', count({ when, during: available })))).toEqual(warnings)
})

const onDays = (on: string[], when: object) =>
  ({ type: 'streak', category: 'x', every: 'day', on, when, target: 2 }) as const

test.each<[string, object, string, boolean]>([
  ['other days', onDays(['mon', 'fri'], { days: ['sat', 'sun'] }), '00:00', true],
  ['the night after', onDays(['sun'], { days: ['sat'], from: '22:00', until: '05:00' }), '00:00', false],
  ['the night before', onDays(['fri'], { days: ['sat'], until: '03:00' }), '00:00', true],
  ['what belongs to the day before', onDays(['fri'], { days: ['sat'], until: '03:00' }), '04:00', false],
  ['one of the days', onDays(['mon', 'fri'], { days: ['fri', 'sat'] }), '00:00', false],
  ['any day', onDays(['mon'], { from: '22:00' }), '00:00', false],
])('a streak on days of the week with hours on %s', (_, requirement, dayStartsAt, isWarned) => {
  const found = lintCatalog({ dayStartsAt, milestones: [milestone('a', requirement)] }).map(
    ({ kind, path }) => `${kind} ${path}`,
  )
  expect(found).toEqual(isWarned ? ['window milestones[0].requirement.on'] : [])
})

test('a calendar period has no window to exclude', () => {
  expect(warned(milestone('a', count({ during: 'week' }), { available: summer }))).toEqual([])
})

const after = 'window milestones[0].after[0]: "b" begins 2026-12-01, when this has ended (2026-09-01)'
const later = { after: ['b'] }

test.each<[string, object, object, string[]]>([
  [
    'available after available',
    milestone('a', count(), { ...later, available: summer }),
    milestone('b', count(), { available: winter }),
    [after],
  ],
  [
    'during after during',
    milestone('a', count({ during: summer }), later),
    milestone('b', count({ during: winter })),
    [after],
  ],
  [
    'a season after the one before',
    milestone('a', count(), { ...later, available: winter }),
    milestone('b', count(), { available: summer }),
    [],
  ],
  [
    'within the same season',
    milestone('a', count(), { ...later, available: summer }),
    milestone('b', count(), { available: summer }),
    [],
  ],
  ['what is always there', milestone('a', count(), { ...later, available: summer }), milestone('b', count()), []],
])('a prerequisite starts too late: %s', (_, a, b, found) => {
  expect(warned(a, b)).toEqual(found.map(text => expect.stringContaining(text)))
})

test('a tier as a prerequisite starts too late', () => {
  const warnings = warned(
    milestone('a', count(), { after: ['b#2'], available: summer }),
    milestone('b', { type: 'count', category: 'x' }, { tiers: [1, 2], available: winter }),
  )
  expect(warnings).toEqual([expect.stringContaining('milestones[0].after[0]: "b#2" begins 2026-12-01')])
})

test('windows of retired milestones are ignored', () => {
  const retired = { retired: true, available: summer }
  expect(warned(milestone('a', count({ during: winter }), retired))).toEqual([])
})
