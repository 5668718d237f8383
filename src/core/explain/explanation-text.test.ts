import { describe, expect, test } from 'vitest'
import { explained, type History } from '../../../test/support/explained.js'
import { languages } from '../words/language.js'
import { explanationText } from './explanation-text.js'

const at = (day: number, hour = 12): Date => new Date(Date.UTC(2026, 3, day, hour))
const onDays = (...list: readonly number[]) => list.map(day => ({ completedAt: at(day) }))
const only = (requirement: object, more: object = {}) => ({
  milestones: [{ id: 'm', title: 'Mastery', requirement, ...more }],
})
const lessons = { type: 'count', category: 'lesson', target: 3 }
const manualDecision = { by: 'ms-lee', reason: 'Helped at the fair', at: at(9) } as const

const cases: readonly (readonly [name: string, history: Omit<History, 'now'>, badgeId: string, text: string])[] = [
  [
    'nothing yet',
    { catalog: only({ type: 'tutorials_completed', count: 10 }) },
    'm',
    `
Mastery (m): not earned.
Next: Finish 10 tutorials.
[ ] 0 of 10 tutorials
    Counted: 0 completions
Time zone: UTC.`,
  ],
  [
    'a count that is reached',
    { catalog: only(lessons), completions: onDays(1, 2, 3, 4) },
    'm',
    `
Mastery (m): earned on Apr 3, 2026.
Decided by lesson “k3” on Apr 3, 2026.
[x] 3 of 3 lessons
    Reached by lesson “k3” on Apr 3, 2026
    Counted: 4 completions, from Apr 1, 2026 (k1) to Apr 4, 2026 (k4)
Time zone: UTC.`,
  ],
  [
    'a week that is not the best',
    {
      catalog: only({ ...lessons, during: 'week', where: { score: { gte: 5 } } }),
      completions: [1, 2, 20]
        .map(day => ({ completedAt: at(day), metadata: { score: 7 } }))
        .concat(onDays(3) as never[]),
    },
    'm',
    `
Mastery (m): not earned.
Next: Finish 2 more lessons in one week by the end of April 26, 2026.
[ ] 2 of 3 lessons in one week
    Rule: where {"score":{"gte":5}}
    Now: 1 of 3
    Counted: 2 completions, from Apr 1, 2026 (k1) to Apr 2, 2026 (k2)
    Not counted: 1 not matching the filter, 1 outside the best period
Time zone: UTC.`,
  ],
  [
    'a streak that is alive, by a zone of its own',
    {
      catalog: only({ type: 'streak', category: ['lesson', 'quiz'], every: 'day', target: 5 }),
      completions: onDays(1, 2, 3, 18, 19),
      zones: [{ zone: 'Europe/Berlin', since: at(1, 22) }],
      pauses: [{ from: new Date('2026-04-03'), until: new Date('2026-04-04'), inDays: true }],
    },
    'm',
    `
Mastery (m): not earned.
Next: Keep your streak: 3 more lessons or quizzes in a row, one a day. Continue by the end of today.
[ ] 2 of 5 lessons or quizzes in a row, one a day
    Now: 2 of 5. Continue by the end of today.
    Counted: 2 completions, from Apr 1, 2026 (k1) to Apr 2, 2026 (k2)
    Not counted: 1 on paused days, 2 outside the best period
Time zone: Europe/Berlin (UTC at first, Europe/Berlin since Apr 2, 2026).`,
  ],
  [
    'a streak with freezes',
    {
      catalog: only({ ...lessons, type: 'streak', every: 'day', freezes: { every: 2, max: 2 }, target: 5 }),
      completions: onDays(16, 17, 18),
    },
    'm',
    `
Mastery (m): not earned.
Next: Keep your streak: 2 more lessons in a row, one a day. Continue by the end of today.
[ ] 3 of 5 lessons in a row, one a day
    Rule: freezes {"every":2,"max":2}
    Now: 3 of 5. Continue by the end of today.
    Freezes: 0 left, 1 used, the next after 1 more
    Counted: 3 completions, from Apr 16, 2026 (k1) to Apr 18, 2026 (k3)
Time zone: UTC.`,
  ],
  [
    'a total within a rolling window',
    {
      catalog: only({ type: 'total', category: 'lesson', property: 'minutes', target: 1000.5, within: 'P7D' }),
      completions: [999, 'x', 0].map((minutes, i) => ({ completedAt: at(17 + i), metadata: { minutes } })),
    },
    'm',
    `
Mastery (m): not earned.
Next: Collect 1.5 more with lessons within 7 days.
[ ] 999 of 1,000.5 with lessons within 7 days
    Rule: property "minutes"
    Now: 999 of 1,000.5
    Counted: 1 completion, from Apr 17, 2026 (k1) to Apr 17, 2026 (k1)
    Not counted: 1 without a number, 1 of zero
Time zone: UTC.`,
  ],
  [
    'a highest value',
    {
      catalog: only({ type: 'best', category: 'quiz', property: 'score', target: 90 }),
      completions: [{ completedAt: at(18), category: 'quiz', metadata: { score: 80 } }],
    },
    'm',
    `
Mastery (m): not earned.
Next: Quizzes: reach 90 in one go.
[ ] Quizzes: 90 or more in one go; your best is 80
    Rule: property "score"
    Counted: 1 completion, from Apr 18, 2026 (k1) to Apr 18, 2026 (k1)
Time zone: UTC.`,
  ],
  [
    'a second time, after a cooldown',
    {
      catalog: only({ ...lessons, target: 2 }, { repeatable: { cooldown: 'P1D' } }),
      completions: onDays(1, 2, 2, 3, 4),
    },
    'm@2',
    `
Mastery (m@2, time 2): earned on Apr 4, 2026.
Decided by lesson “k5” on Apr 4, 2026.
[x] 2 of 2 times: finish 2 lessons
    Now: 0 of 2
    Reached by lesson “k5” on Apr 4, 2026
    Counted: 4 completions, from Apr 1, 2026 (k1) to Apr 4, 2026 (k5)
    Not counted: 1 within the cooldown
Time zone: UTC.`,
  ],
  [
    'a tier',
    {
      catalog: only({ type: 'count', category: 'lesson' }, { tiers: [1, { target: 5, title: 'Scholar' }] }),
      completions: onDays(1, 2),
    },
    'm#5',
    `
Scholar (m#5): not earned.
Next: Finish 3 more lessons.
[ ] 2 of 5 lessons
    Counted: 2 completions, from Apr 1, 2026 (k1) to Apr 2, 2026 (k2)
Time zone: UTC.`,
  ],
  [
    'parts, points, and a prerequisite that is hidden',
    {
      catalog: {
        milestones: [
          { id: 'secret', title: 'Secret', hidden: true, requirement: lessons },
          {
            id: 'm',
            title: 'Mastery',
            after: ['secret'],
            requirement: {
              type: 'all',
              of: [
                { type: 'points', target: 100 },
                { type: 'level', target: 2 },
                {
                  type: 'some',
                  target: 1,
                  of: [
                    { type: 'milestones', ids: ['secret'] },
                    { ...lessons, items: ['a', 'b', 'c'] },
                  ],
                },
                { type: 'any', of: [{ ...lessons, target: 1 }] },
              ],
            },
          },
        ],
      },
      completions: onDays(1, 2).map(given => ({ ...given, points: 5 })),
    },
    'm',
    `
Mastery (m): not earned.
Next: Earn a hidden badge.
[ ] First: a hidden badge
[ ] All of these:
    [ ] 10 of 100 points
        From: 0 from badges, 10 from completions. Most from: k1 (5), k2 (5)
    [ ] Level 2; you are on level 1
        Now: 10 of 100 points
        From: 0 from badges, 10 from completions. Most from: k1 (5), k2 (5)
    [ ] At least 1 of these:
        [ ] A hidden badge
        [ ] 0 of 3 lessons (from a set of 3)
            Rule: items ["a","b","c"]
            Counted: 0 completions
            Not counted: 2 not matching the filter
    [x] One of these:
        [x] 1 of 1 lesson
            Reached by lesson “k1” on Apr 1, 2026
            Counted: 2 completions, from Apr 1, 2026 (k1) to Apr 2, 2026 (k2)
Time zone: UTC.`,
  ],
  [
    'awarded manually',
    {
      catalog: only(lessons),
      completions: onDays(1),
      given: [{ id: 'm', at: at(9) }],
      manualDecision: { ...manualDecision, decision: 'awarded' },
    },
    'm',
    `
Mastery (m): earned on Apr 9, 2026.
Given manually on Apr 9, 2026 by ms-lee: Helped at the fair
The requirement is no longer met, but the badge is kept.
[ ] 1 of 3 lessons
    Counted: 1 completion, from Apr 1, 2026 (k1) to Apr 1, 2026 (k1)
Time zone: UTC.`,
  ],
  [
    'earned, and confirmed manually',
    {
      catalog: only(lessons),
      completions: onDays(1, 2, 3),
      manualDecision: { ...manualDecision, decision: 'awarded' },
    },
    'm',
    `
Mastery (m): earned on Apr 3, 2026.
Decided by lesson “k3” on Apr 3, 2026.
Confirmed manually on Apr 9, 2026 by ms-lee: Helped at the fair
[x] 3 of 3 lessons
    Reached by lesson “k3” on Apr 3, 2026
    Counted: 3 completions, from Apr 1, 2026 (k1) to Apr 3, 2026 (k3)
Time zone: UTC.`,
  ],
  [
    'revoked manually',
    {
      catalog: only(lessons),
      completions: onDays(1, 2, 3),
      taken: ['m'],
      manualDecision: { ...manualDecision, by: null, decision: 'revoked' },
    },
    'm',
    `
Mastery (m): not earned.
Revoked manually on Apr 9, 2026: Helped at the fair
Next: This badge was revoked. It does not come back by itself.
[x] 3 of 3 lessons
    Reached by lesson “k3” on Apr 3, 2026
    Counted: 3 completions, from Apr 1, 2026 (k1) to Apr 3, 2026 (k3)
Time zone: UTC.`,
  ],
  [
    "a row of the host's",
    { catalog: only(lessons), given: [{ id: 'm', at: at(9) }] },
    'm',
    `
Mastery (m): earned on Apr 9, 2026.
It was inserted by the app, or awarded by an earlier catalog.
The requirement is no longer met, but the badge is kept.
[ ] 0 of 3 lessons
    Counted: 0 completions
Time zone: UTC.`,
  ],
]

test.each(cases)('describes %s', (_, history, badgeId, text) => {
  expect(explanationText(explained({ ...history, now: at(20) }, badgeId))).toBe(text.trimStart())
})

describe.each(languages)('in %s', language => {
  test.each(cases)('every line describes %s', (_, history, badgeId, text) => {
    const lines = explanationText(explained({ ...history, now: at(20), locale: language }, badgeId)).split('\n')
    expect(lines).toHaveLength(text.trimStart().split('\n').length)
    for (const line of lines) expect(line).not.toMatch(/\{\w+\}|undefined|null/)
    if (language === 'en') return
    const english =
      /\b(earned|manually|counted|completions?|requirement|next|now|time zone|finish|from|until|reached)\b/i
    expect(lines.filter(line => english.test(line))).toEqual([])
  })
})
