import { describe, expect, test } from 'vitest'
import type { CompleteStep, NextStep } from '../progress/next-step.js'
import { utcCalendar } from '../time/calendar.js'
import { nextStepText } from './next-step-text.js'
import { plural } from './requirement-words.js'

const complete = (requirement: CompleteStep['requirement'], more: Partial<CompleteStep> = {}): CompleteStep => {
  return { type: 'complete', requirement, current: 1, target: 3, remaining: 2, from: null, by: null, ...more }
}
const named = (title: string | null) => ({ id: title, title, isHeld: false, earnedAt: null })
const count = { type: 'count', category: 'tutorial_step', target: 3 } as const
const streak = { type: 'streak', category: 'quiz', every: 'week', target: 3 } as const

const cases: readonly (readonly [text: string, step: NextStep])[] = [
  ['Finish 2 more tutorial steps.', complete(count)],
  ['Finish 1 more tutorial step.', complete(count, { remaining: 1 })],
  ['Finish 3 tutorial steps.', complete(count, { current: 0, remaining: 3 })],
  ['Finish 2 more different "lang" of tutorial steps.', complete({ ...count, distinct: 'lang' })],
  ['Finish 2 more tutorial steps or quizzes.', complete({ ...count, category: ['tutorial_step', 'quiz'] })],
  ['Finish 2 more tutorial steps among "a", "b", "c" and 1 more.', complete({ ...count, items: ['a', 'b', 'c', 'd'] })],
  [
    'Finish 2 more tutorial steps in one day, before 2026-04-02.',
    complete({ ...count, during: 'day' }, { by: new Date('2026-04-02') }),
  ],
  ['Finish 2 more tutorial steps within 36 hours.', complete({ ...count, within: 'P1DT12H' })],
  [
    'Finish 2 more tutorial steps, from 2026-05-01 on, before 2026-06-01.',
    complete(
      { ...count, during: { from: '2026-05-01', until: '2026-06-01' } },
      { from: new Date('2026-05-01'), by: new Date('2026-06-01') },
    ),
  ],
  [
    'Finish 2 more tutorial steps where lang in "ts", "js" and n is given and score ≠ 3 and score < 9.',
    complete({ ...count, where: { lang: { in: ['ts', 'js'] }, n: { exists: true }, score: { lt: 9, ne: 3 } } }),
  ],
  ['Add 2 more to "km" of runs.', complete({ type: 'total', category: 'run', property: 'km', target: 3 })],
  ['Reach 3 in "km" of runs.', complete({ type: 'best', category: 'run', property: 'km', target: 3 })],
  ['Begin a streak: 3 weeks in a row with quizzes.', complete(streak, { current: 0 })],
  [
    'Keep the streak: 2 more weeks in a row with quizzes; it ends with 2026-04-13T04:00:00.000Z unless one is finished before.',
    complete(streak, { by: new Date('2026-04-13T04:00Z') }),
  ],
  ['Gain 1,200 more points.', { type: 'gain', points: 1300, remaining: 1200, level: null }],
  ['Gain 1 more point, for level 4.', { type: 'gain', points: 300, remaining: 1, level: 4 }],
  ['Earn One and Two.', { type: 'earn', remaining: 2, milestones: [named('One'), named('Two')] }],
  [
    'Earn 1 of One, Two or a hidden milestone.',
    { type: 'earn', remaining: 1, milestones: [named('One'), named('Two'), named(null)] },
  ],
  ['It is no longer awarded.', { type: 'none', because: 'retired' }],
  ['It is no longer available.', { type: 'none', because: 'over' }],
]

test.each(cases)('says: %s', (text, step) => {
  expect(nextStepText(step, utcCalendar)).toBe(text)
})

describe('a plural', () => {
  test.each([
    ['quiz', 'quizzes'],
    ['story', 'stories'],
    ['day', 'days'],
    ['class', 'classes'],
    ['box', 'boxes'],
    ['lessons', 'lessons'],
  ])('of %s is %s', (noun, several) => {
    expect([plural(noun, 1), plural(noun, 2)]).toEqual([noun, several])
  })
})
