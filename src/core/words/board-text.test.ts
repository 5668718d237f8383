import { describe, expect, test } from 'vitest'
import type { Board } from '../catalog/board.js'
import type { Labels } from '../catalog/labels.js'
import { boardText } from './board-text.js'
import { languages } from './language.js'

const labels: Labels = {
  km: { one: 'kilometre', other: 'kilometres' },
  quizId: { one: 'quiz', other: 'quizzes' },
  seconds: { one: 'second', other: 'seconds' },
}
// The spaces around a dash are thin in some versions of the data about languages.
const textOf = (board: Omit<Board, 'id' | 'title'>, locale?: string): string =>
  boardText({ locale: 'en', labels }, { id: 'b', title: 'B', ...board }, locale).replaceAll(/[\u2009\u202f]/g, ' ')

const season = (name: Board['title'], from: string, until: string) => ({ name, from, until })
const km = { type: 'total', category: 'run', property: 'km' } as const
const lap = { type: 'lowest', category: 'lap' } as const
const quiz = { type: 'best', category: 'quiz' } as const
const streak = { type: 'streak', category: 'lesson', every: 'week' } as const

test.each<[text: string, board: Omit<Board, 'id' | 'title'>]>([
  ['Most points', { by: 'points' }],
  ['Most badges, starting again every year (UTC)', { by: 'badges', period: 'year' }],
  ['Most points, starting again every day (UTC)', { by: 'points', period: 'day' }],
  ['Most points, starting again every Monday (UTC)', { by: 'points', period: 'week' }],
  [
    'Most kilometres, starting again every Sunday (Eastern Time)',
    { by: km, period: 'week', weekStartsOn: 'sun', timeZone: 'America/New_York' },
  ],
  ['Most lessons', { by: { type: 'count', category: 'lesson' } }],
  ['Most lessons or quizzes', { by: { type: 'count', category: ['lesson', 'quiz'] } }],
  ['Most quizzes, without repeats', { by: { type: 'count', category: 'quiz', distinct: 'quizId' } }],
  [
    'Most lessons (from a set of 2) after 10:00 PM on Saturday',
    { by: { type: 'count', category: 'lesson', items: ['a', 'b'], when: { from: '22:00', days: ['sat'] } } },
  ],
  ['Highest total with runs', { by: { ...km, property: 'steps' } }],
  ['Most kilometres, with your best try at each', { by: { ...km, per: 'route', take: 'best' } }],
  ['Quizzes: highest value', { by: { ...quiz, property: 'score' } }],
  ['Quizzes: most kilometres in one go', { by: { ...quiz, property: 'km' } }],
  ['Laps: fewest seconds (up to 10 kilometres)', { by: { ...lap, property: 'seconds', where: { km: { lte: 10 } } } }],
  ['Laps: lowest value', { by: { ...lap, property: 'time' } }],
  ['Longest streak: lessons in a row, one a week', { by: streak }],
  [
    'Longest streak: weeks in a row, 3 lessons a week (a freeze for every 7, up to 2)',
    { by: { ...streak, atLeast: 3, freezes: { every: 7, max: 2 } } },
  ],
  [
    'Most points, by season (Central European Time): Autumn (Sep 1 – Nov 30, 2026) and Winter (Dec 1, 2026 – Feb 28, 2027)',
    {
      by: 'points',
      timeZone: 'Europe/Berlin',
      seasons: [
        season('Autumn', '2026-09-01', '2026-12-01'),
        season({ en: 'Winter', de: 'Winter 26' }, '2026-12-01', '2027-03-01'),
      ],
    },
  ],
  [
    'Most points, by season (UTC): Night (May 1, 2026, 10:00 PM – May 2, 2026, 6:00 AM)',
    { by: 'points', seasons: [season('Night', '2026-05-01T22:00:00Z', '2026-05-02T06:00:00Z')] },
  ],
])('says: %s', (text, board) => {
  expect(textOf(board)).toBe(text)
})

test('names six seasons, or five and how many more there are', () => {
  const seasons = Array.from({ length: 7 }, (_, i) =>
    season(`Season ${i + 1}`, `2026-0${i + 1}-01`, `2026-0${i + 2}-01`),
  )
  expect(textOf({ by: 'points', seasons: seasons.slice(0, 6) })).toMatch(/Season 5 .*, and Season 6 \(.*\)$/)
  expect(textOf({ by: 'points', seasons })).toMatch(/Season 5 .*, and 2 more$/)
})

test('writes the names of seasons, zones and days in the language asked for', () => {
  const seasons = [season({ en: 'Winter', de: 'Winterzeit' }, '2026-12-01', '2027-03-01')]
  expect(textOf({ by: 'badges', timeZone: 'Europe/Berlin', seasons }, 'de')).toBe(
    'Die meisten Abzeichen, nach Saison (Mitteleuropäische Zeit): Winterzeit (01.12.2026 – 28.02.2027)',
  )
  expect(textOf({ by: 'points', period: 'week' }, 'de')).toBe('Die meisten Punkte, jeden Montag neu (UTC)')
})

describe.each(languages)('in %s', language => {
  const base = { category: 'lesson_zq', where: { fieldZq: { gte: 5 } } }
  const measures: readonly Board['by'][] = [
    'points',
    'badges',
    { type: 'count', ...base },
    { type: 'count', ...base, distinct: 'fieldZq' },
    { type: 'total', ...base, property: 'fieldZq' },
    { type: 'best', ...base, property: 'fieldZq' },
    { type: 'lowest', ...base, property: 'fieldZq' },
    { type: 'streak', ...base, every: 'day' },
    { type: 'streak', ...base, every: 'month', atLeast: 2, on: ['sat'], freezes: { every: 7, max: 2 } },
  ]
  const periods: readonly Omit<Board, 'id' | 'title' | 'by'>[] = [
    {},
    ...(['day', 'week', 'month', 'year'] as const).map(period => ({ period, timeZone: 'Europe/Berlin' })),
    {
      seasons: Array.from({ length: 9 }, (_, i) => season(`${i + 1}`, `200${i}-01-01`, `200${i}-02-01`)),
      timeZone: 'Asia/Tokyo',
    },
  ]
  const unit = { one: '٧', other: '٧' }
  const catalogs = [{ locale: language }, { locale: language, labels: { fieldZq: unit } }]
  const said = catalogs.flatMap(catalog =>
    measures.flatMap(by => periods.map(period => boardText(catalog, { id: 'b', title: 'B', by, ...period }))),
  )

  test('all templates are filled, and no sentence shows a field, an id or a code', () => {
    const unfilled = /[{}]|undefined|null|NaN| {2}|\.\.|^\s|\s$|^$/
    const codes = language === 'en' ? /fieldZq|_zq|Europe\/|Asia/i : /fieldZq|_zq|lesson|Europe\/|Asia/i
    expect(said.filter(text => unfilled.test(text) || codes.test(text))).toEqual([])
    if (language === 'ar') expect(said.filter(text => /[a-z]/i.test(text))).toEqual([])
  })

  test('each says something else', () => {
    expect(new Set(said).size).toBeGreaterThan(measures.length * periods.length)
  })
})
