import { describe, expect, test } from 'vitest'
import type { Labels } from '../catalog/labels.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import type { NextStep } from '../progress/next-step.js'
import { calendarOf, utcCalendar } from '../time/calendar.js'
import { languages } from './language.js'
import type { PartFacts } from './part-text.js'
import { type Words, wordsOf } from './words.js'

type CompleteStep = Extract<NextStep, { readonly type: 'complete' }>

const now = new Date('2026-11-29T12:00:00Z')
const time = { calendar: utcCalendar, now }
const complete = (requirement: MetricRequirement, more: Partial<CompleteStep> = {}): CompleteStep => {
  return { type: 'complete', requirement, current: 1, target: 3, remaining: 2, from: null, by: null, ...more }
}
const named = (title: string | null) => ({ id: title, title, isHeld: false, earnedAt: null })
const count = { type: 'count', category: 'tutorial_step', target: 3 } as const
const total = { type: 'total', category: 'run', property: 'km', target: 3 } as const
const best = { type: 'best', category: 'quiz', property: 'quizScore', target: 3 } as const
const lowest = { type: 'lowest', category: 'lap', property: 'seconds', target: 3 } as const
const streak = { type: 'streak', category: 'daily', every: 'day', target: 3 } as const
const labels: Labels = {
  page: { one: 'page', other: 'pages', verb: 'read' },
  daily: { one: 'daily question', other: 'daily questions' },
  quizScore: { one: 'point', other: 'points' },
  quizId: { one: 'quiz', other: 'quizzes', verb: 'pass' },
}

const english = wordsOf({ locale: 'en', labels })
const page = { ...count, category: 'page' } as const

describe('a next step', () => {
  const cases: readonly (readonly [text: string, step: NextStep])[] = [
    ['Read 2 more pages.', complete(page)],
    ['Read 1 more page.', complete(page, { remaining: 1 })],
    ['Read 3 pages.', complete(page, { current: 0, remaining: 3 })],
    ['Finish 2 more tutorial steps.', complete(count)],
    ['Finish 2 more pages or daily questions.', complete({ ...page, category: ['page', 'daily'] })],
    ['Pass 2 more quizzes, without repeats.', complete({ ...count, category: 'quiz', distinct: 'quizId' })],
    [
      'Pass 1 more quiz, without repeats (100 points or more).',
      complete(
        { ...count, category: 'quiz', distinct: 'quizId', where: { quizScore: { gte: 100 } } },
        { remaining: 1 },
      ),
    ],
    ['Read 2 more pages, without repeats.', complete({ ...page, distinct: 'lang' })],
    ['Read 2 more pages (from a set of 4).', complete({ ...page, items: ['a', 'b', 'c', 'd'] })],
    [
      'Read 2 more pages.',
      complete({ ...page, where: { lang: { in: ['ts'] }, n: { exists: true }, score: { lt: 9, ne: 3 } } }),
    ],
    [
      'Read 2 more pages in one day by the end of today.',
      complete({ ...page, during: 'day' }, { by: new Date('2026-11-30') }),
    ],
    [
      'Read 2 more pages between 10:00 PM and 5:00 AM on Friday or Saturday.',
      complete({ ...page, when: { from: '22:00', until: '05:00', days: ['sat', 'fri'] } }),
    ],
    ['Read 2 more pages after 10:30 PM.', complete({ ...page, when: { from: '22:30' } })],
    ['Read 2 more pages before 7:00 AM.', complete({ ...page, when: { until: '07:00' } })],
    ['Read 2 more pages on Sunday.', complete({ ...page, when: { days: ['sun'] } })],
    ['Read 2 more pages within 36 hours.', complete({ ...page, within: 'P1DT12H' })],
    ['Read 2 more pages by the end of tomorrow.', complete(page, { by: new Date('2026-12-01') })],
    ['Read 2 more pages by the end of December 24, 2026.', complete(page, { by: new Date('2026-12-25') })],
    ['Read 2 more pages before December 25, 2026 at 9:30 AM.', complete(page, { by: new Date('2026-12-25T09:30Z') })],
    ['Read 2 more pages starting tomorrow.', complete(page, { from: new Date('2026-11-30') })],
    [
      'Read 2 more pages starting May 1, 2027, by the end of May 31, 2027.',
      complete(
        { ...page, during: { from: '2027-05-01', until: '2027-06-01' } },
        { from: new Date('2027-05-01'), by: new Date('2027-06-01') },
      ),
    ],
    [
      'Read 2 more pages (80% of a set of 5).',
      complete({ type: 'count', category: 'page', items: ['a', 'b', 'c', 'd', 'e'], share: 0.8 }),
    ],
    ['Collect 2 more with runs.', complete(total)],
    [
      'Collect 2 more points, with your best try at each.',
      complete({ ...total, category: 'quiz', property: 'quizScore', per: 'quizId', take: 'best' }),
    ],
    ['Quizzes: reach 3 points in one go.', complete(best)],
    ['Laps: reach 3 or less.', complete(lowest)],
    ['Start a streak: 3 daily questions in a row, one a day.', complete(streak, { current: 0 })],
    [
      'Keep your streak: 2 more daily questions in a row, one a day. Continue by the end of tomorrow.',
      complete(streak, { by: new Date('2026-12-01') }),
    ],
    ['Keep your streak: 2 more daily questions in a row, one a week.', complete({ ...streak, every: 'week' })],
    [
      'Keep your streak: 2 more weeks in a row, 3 daily questions a week.',
      complete({ ...streak, every: 'week', atLeast: 3 }),
    ],
    [
      'Start a streak: 3 daily questions in a row, one a day on Monday and Friday.',
      complete({ ...streak, on: ['fri', 'mon'] }, { current: 0 }),
    ],
    ['Earn 1,200 more points.', { type: 'gain', points: 1300, remaining: 1200, level: null }],
    ['Earn 1 more point to reach level 4.', { type: 'gain', points: 300, remaining: 1, level: 4 }],
    ['Earn “One” and “Two”.', { type: 'earn', remaining: 2, milestones: [named('One'), named('Two')] }],
    [
      'Earn 1 of these: “One”, “Two”, or a hidden badge.',
      { type: 'earn', remaining: 1, milestones: [named('One'), named('Two'), named(null)] },
    ],
    ['This badge is no longer awarded.', { type: 'none', because: 'retired' }],
    ['This badge is no longer available.', { type: 'none', because: 'over' }],
    ['All badges of this kind have been given.', { type: 'none', because: 'full' }],
  ]

  test.each(cases)('says: %s', (text, step) => {
    expect(english.nextStep(step, time)).toBe(text)
  })

  test('tells days by the clock of the user', () => {
    const calendar = calendarOf([{ zone: 'America/New_York', since: new Date('2026-01-01') }])
    const step = complete(page, { by: new Date('2026-12-01T05:00Z') })
    expect(english.nextStep(step, { calendar, now })).toBe('Read 2 more pages by the end of tomorrow.')
    expect(english.nextStep(step, time)).toBe('Read 2 more pages before December 1, 2026 at 5:00 AM.')
  })

  test('is the hint of the milestone while there is something to do', () => {
    const hint = 'Open any course and read on.'
    const words = (step: NextStep) => english.nextStep(step, { ...time, hint })
    expect(words(complete(page))).toBe(hint)
    expect(words({ type: 'gain', points: 10, remaining: 5, level: null })).toBe(hint)
    expect(words({ type: 'earn', remaining: 1, milestones: [named('One')] })).toBe('Earn “One”.')
    expect(words({ type: 'none', because: 'due' })).not.toBe(hint)
  })
})

describe('a part of a requirement', () => {
  const at = { current: 1, target: 3, holds: false } as const
  const metric = (requirement: MetricRequirement, more: object = {}): PartFacts =>
    ({ type: requirement.type, requirement, countsTimes: false, ...at, ...more }) as PartFacts
  const badges = (more: object, ...titles: readonly (string | null)[]): PartFacts =>
    ({ type: 'milestones', ...at, milestones: titles.map(named), ...more }) as PartFacts

  const cases: readonly (readonly [text: string, part: PartFacts])[] = [
    ['1 of 3 pages', metric(page)],
    ['3 of 3 pages', metric(page, { current: 12, holds: true })],
    ['0 of 1 page in one week', metric({ ...page, during: 'week' }, { current: 0, target: 1 })],
    [
      '1 of 3 pages starting December 1, 2026, by the end of December 24, 2026',
      metric({ ...page, during: { from: '2026-12-01', until: '2026-12-25' } }),
    ],
    [
      '1 of 3 pages before December 25, 2026 at 9:00 AM (UTC)',
      metric({ ...page, during: { until: '2026-12-25T09:00:00Z' } }),
    ],
    ['1 of 3 times: Read 10 pages'.replace('Read', 'read'), metric({ ...page, target: 10 }, { countsTimes: true })],
    ['999 of 1,000.5 with runs', metric(total, { current: 999, target: 1000.5 })],
    ['Quizzes: 3 points or more in one go; your best is 1', metric(best)],
    ['Laps: 3 or less; your lowest is 4.5', metric(lowest, { current: 4.5 })],
    ['Laps: 3 or less; no value yet', metric(lowest, { current: 0 })],
    ['Laps: -3 or less', metric(lowest, { current: 0, target: -3 })],
    ['Laps: -3 or less; your lowest is -1', metric(lowest, { current: -1, target: -3 })],
    ['1 of 3 daily questions in a row, one a day', metric(streak)],
    ['1 of 3 weeks in a row, 2 daily questions a week', metric({ ...streak, every: 'week', atLeast: 2 })],
    ['1 of 3 daily questions in a row, one a day on Saturday and Sunday', metric({ ...streak, on: ['sat', 'sun'] })],
    ['1 of 3 points', { type: 'points', ...at }],
    ['Level 3; you are on level 1', { type: 'level', ...at }],
    ['Level 3', { type: 'level', ...at, current: 4, holds: true }],
    ['The badge “One”', badges({ target: 1 }, 'One')],
    ['1 of 3 badges: “One”, “Two”, and a hidden badge', badges({}, 'One', 'Two', null)],
    ['1 of 2 badges: “One”, “Two”, or “Three”', badges({ target: 2 }, 'One', 'Two', 'Three')],
    ['A hidden badge', badges({ target: 1 }, null)],
    ['First: the badge “One”', badges({ type: 'after', target: 1 }, 'One')],
    ['All of these:', { type: 'all', ...at }],
    ['One of these:', { type: 'any', ...at }],
    ['At least 3 of these:', { type: 'some', ...at }],
  ]

  test.each(cases)('says: %s', (text, part) => {
    expect(english.part(part)).toBe(text)
  })
})

describe('a requirement', () => {
  const titles: { readonly [id: string]: string } = { one: 'One', two: 'Two' }
  const milestones = { type: 'milestones', ids: ['one', 'two'] } as const
  const cases: readonly (readonly [text: string, requirement: ExpandedRequirement])[] = [
    ['Read 3 pages', page],
    ['Read 2 pages (from a set of 2)', { type: 'count', category: 'page', items: ['a', 'b', 'a'] }],
    ['Collect 3 with runs', total],
    ['Quizzes: 3 points or more in one go', best],
    ['Laps: 3 or less', lowest],
    ['3 daily questions in a row, one a day', streak],
    [
      '3 daily questions in a row, one a day (a freeze for every 7, up to 2)',
      { ...streak, freezes: { every: 7, max: 2 } },
    ],
    ['Earn 100 points', { type: 'points', target: 100 }],
    ['Reach level 3', { type: 'level', target: 3 }],
    ['Earn “One” and “Two”', milestones],
    ['Earn “One”, “Two”, and a hidden badge', { ...milestones, target: 3 }],
    ['Earn 1 of these: “One” or “Two”', { ...milestones, target: 1 }],
    ['All of these: read 3 pages; earn 5 points', { type: 'all', of: [page, { type: 'points', target: 5 }] }],
    [
      'At least 1 of these: (one of these: read 3 pages); reach level 2',
      {
        type: 'some',
        target: 1,
        of: [
          { type: 'any', of: [page] },
          { type: 'level', target: 2 },
        ],
      },
    ],
  ]

  test.each(cases)('says: %s', (text, requirement) => {
    expect(english.requirement(requirement, id => titles[id])).toBe(text)
  })
})

test('an outline says a requirement part by part', () => {
  const requirement = { type: 'all', of: [page, { type: 'any', of: [streak] }] } as const
  expect(english.outline(requirement, () => undefined)).toEqual({
    text: 'All of these:',
    parts: [
      { text: 'Read 3 pages', parts: [] },
      { text: 'One of these:', parts: [{ text: '3 daily questions in a row, one a day', parts: [] }] },
    ],
  })
})

describe('without a label', () => {
  test.each([
    ['quiz', '1 quiz', '2 quizzes'],
    ['story', '1 story', '2 stories'],
    ['day', '1 day', '2 days'],
    ['class', '1 class', '2 classes'],
    ['box', '1 box', '2 boxes'],
    ['lessons', '1 lessons', '2 lessons'],
    ['codeReview', '1 code review', '2 code reviews'],
    ['code_review', '1 code review', '2 code reviews'],
    ['größe', '1 größe', '2 größes'],
    ['---', '1 ---', '2 ---s'],
  ])('English takes the name of the category: %s', (category, one, two) => {
    const words = [1, 2].map(target => english.requirement({ ...count, category, target }, () => undefined))
    expect(words).toEqual([`Finish ${one}`, `Finish ${two}`])
  })

  test('other languages say nothing of its name', () => {
    expect(wordsOf({ locale: 'de', labels: {} }).nextStep(complete(count), time)).toBe('Absolviere noch 2 Aktivitäten.')
  })
})

describe('the language', () => {
  const said = (catalog: Parameters<typeof wordsOf>[0], locale?: string): string =>
    wordsOf(catalog, locale).nextStep(complete(page, { remaining: 1000.5 }), time)

  test('is that of the locale asked for, numbers as its region writes them', () => {
    expect(said({ locale: 'en', labels }, 'de')).toBe('Absolviere noch 1.000,5 Aktivitäten.')
    expect(said({ locale: 'en', labels }, 'de-CH')).toBe("Absolviere noch 1'000.5 Aktivitäten.")
    expect(said({ locale: 'en', labels }, 'pt')).toBe('Conclua mais 1.000,5 atividades.')
  })

  test('or else that of the catalog, or else English', () => {
    expect(said({ locale: 'fr' }, 'nl')).toBe('Termine encore 1\u202f000,5 activités.')
    expect(said({ locale: 'nl', labels })).toBe('Finish 1,000.5 more pages.')
  })

  test('takes labels in no other language', () => {
    const byLocale: Labels = {
      page: { en: { one: 'page', other: 'pages' }, de: { one: 'Seite', other: 'Seiten', verb: 'lies' } },
    }
    expect(said({ locale: 'en', labels: byLocale }, 'de-AT')).toMatch(/^Lies noch .* Seiten\.$/)
    expect(said({ locale: 'en', labels: byLocale }, 'es')).toMatch(/^Completa .* actividades más\.$/)
  })
})

describe.each(languages)('in %s', language => {
  const words: Words = wordsOf({ locale: 'en' }, language)
  const things = [0, 1, 2, 3, 11, 100]
  const category = 'lesson_zq'
  const base = { category, where: { fieldZq: { gte: 5 } } }
  const metrics = (target: number): readonly MetricRequirement[] => [
    { type: 'count', ...base, target },
    { type: 'count', ...base, target, distinct: 'fieldZq', items: ['itemZq'], during: 'week' },
    { type: 'count', ...base, target, within: 'P7D' },
    { type: 'count', ...base, target, when: { from: '22:00', until: '05:00', days: ['mon', 'sun'] } },
    { type: 'count', ...base, target, when: { from: '22:00' } },
    { type: 'count', ...base, target, when: { until: '05:00', days: ['mon'] } },
    { type: 'count', ...base, target, during: 'day' },
    { type: 'count', ...base, target, during: 'month' },
    { type: 'count', ...base, target, during: 'year' },
    { type: 'count', ...base, target, during: { from: '2026-12-01', until: '2026-12-25T09:00:00Z' } },
    { type: 'count', ...base, items: ['itemZq', 'otherZq'], share: 0.5 },
    { type: 'total', ...base, property: 'fieldZq', target },
    { type: 'total', ...base, property: 'fieldZq', per: 'itemZq', take: 'best', target },
    { type: 'best', ...base, property: 'fieldZq', target },
    { type: 'lowest', ...base, property: 'fieldZq', target },
    ...(['day', 'week', 'month'] as const).map(every => ({ type: 'streak', ...base, every, target }) as const),
    ...(['day', 'week', 'month'] as const).map(
      every =>
        ({ type: 'streak', ...base, every, atLeast: 2, on: ['sat'], freezes: { every: 7, max: 2 }, target }) as const,
    ),
  ]
  const steps = (n: number): readonly NextStep[] => [
    ...metrics(n).flatMap(requirement =>
      [0, 1].flatMap(current =>
        [
          null,
          new Date('2026-11-30'),
          new Date('2026-12-01'),
          new Date('2027-01-01'),
          new Date('2027-01-01T09:00Z'),
        ].map(at => complete(requirement, { current, target: n, remaining: n, from: at, by: at })),
      ),
    ),
    { type: 'gain', points: n, remaining: n, level: null },
    { type: 'gain', points: n + 1, remaining: n, level: n },
    { type: 'earn', remaining: n, milestones: [named(null)] },
    { type: 'earn', remaining: 1, milestones: [named(null), named(null)] },
    ...(['revoked', 'retired', 'over', 'full', 'unreachable', 'due'] as const).map(
      because => ({ type: 'none', because }) as const,
    ),
  ]
  const parts = (n: number): readonly PartFacts[] =>
    [true, false].flatMap(holds => {
      const at = { current: n, target: n, holds }
      return [
        ...metrics(n).flatMap(requirement =>
          [true, false].map(countsTimes => ({ ...at, type: requirement.type, requirement, countsTimes })),
        ),
        ...(['all', 'any', 'some', 'points', 'level'] as const).map(type => ({ ...at, type })),
        ...(['milestones', 'after'] as const).flatMap(type =>
          [1, 2].map(length => ({ ...at, type, milestones: new Array(length).fill({ title: null }) })),
        ),
      ]
    })
  const requirements = (n: number): readonly ExpandedRequirement[] => [
    ...metrics(n),
    { type: 'all', of: metrics(n) },
    { type: 'any', of: metrics(n) },
    { type: 'some', of: metrics(n), target: n },
    { type: 'points', target: n },
    { type: 'level', target: n },
    { type: 'milestones', ids: ['idZq'] },
    { type: 'milestones', ids: ['idZq', 'otherZq'], target: 1 },
  ]
  const sentences = (n: number): readonly string[] => [
    ...steps(n).map(step => words.nextStep(step, time)),
    ...parts(n).map(words.part),
    ...requirements(n).map(requirement => words.requirement(requirement, () => undefined)),
  ]

  test.each(things)('all templates are filled for %d', n => {
    const unfilled = /[{}]|undefined|null|NaN| {2}|\.\.|^\s|\s$|^$/
    expect(sentences(n).filter(text => unfilled.test(text))).toEqual([])
  })

  test.each(things)('no sentence for %d shows a field, an id or a code', n => {
    const [names, lesson, latin] = [/fieldZq|itemZq|idZq|otherZq|_zq|P7D/i, /lesson/i, /[a-z]/i]
    const isCode = (text: string): boolean =>
      names.test(text) ||
      (language !== 'en' && lesson.test(text)) ||
      (language === 'ar' && latin.test(text.replaceAll('UTC', '')))
    expect(sentences(n).filter(isCode)).toEqual([])
  })
})
