import { expect, test } from 'vitest'
import { explained, type History } from '../../../test/support/explained.js'
import { explanationText } from './explanation-text.js'

const at = (day: number, hour = 12): Date => new Date(Date.UTC(2026, 3, day, hour))
const onDays = (...list: readonly number[]) => list.map(day => ({ completedAt: at(day) }))
const only = (requirement: object, more: object = {}) => ({
  milestones: [{ id: 'm', title: 'Mastery', requirement, ...more }],
})
const lessons = { type: 'count', category: 'lesson', target: 3 }
const byHand = { by: 'ms-lee', reason: 'Helped at the fair', at: at(9) } as const

const cases: readonly (readonly [name: string, history: Omit<History, 'now'>, badgeId: string, text: string])[] = [
  [
    'nothing yet',
    { catalog: only({ type: 'tutorials_completed', count: 10 }) },
    'm',
    `
Mastery (m): not earned.
Next: Finish 10 tutorials.
[ ] Finished 0 of 10 tutorials
    Counted: 0 completions
Time zone: UTC.`,
  ],
  [
    'a count that is reached',
    { catalog: only(lessons), completions: onDays(1, 2, 3, 4) },
    'm',
    `
Mastery (m): earned on 2026-04-03.
Decided by lesson "k3" of 2026-04-03.
[x] Finished 4 of 3 lessons
    Reached by lesson "k3" of 2026-04-03
    Counted: 4 completions, from 2026-04-01 (k1) to 2026-04-04 (k4)
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
Next: Finish 2 more lessons where score ≥ 5 in one week, before 2026-04-27.
[ ] Finished 2 of 3 lessons where score ≥ 5 in one week
    Now 1 of 3
    Counted: 2 completions, from 2026-04-01 (k1) to 2026-04-02 (k2)
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
Next: Keep the streak: 3 more days in a row with lessons or quizzes; it ends with 2026-04-21 unless one is finished before.
[ ] At best 2 of 5 days in a row with lessons or quizzes
    Now 2 of 5, until 2026-04-21 unless one is finished before
    Counted: 2 completions, from 2026-04-01 (k1) to 2026-04-02 (k2)
    Not counted: 1 on paused days, 2 outside the best period
Time zone: Europe/Berlin (UTC at first, Europe/Berlin since 2026-04-02).`,
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
Next: Add 1.5 more to "minutes" of lessons within 7 days.
[ ] In total 999 of 1,000.5 "minutes" of lessons within 7 days
    Now 999 of 1,000.5
    Counted: 1 completion, from 2026-04-17 (k1) to 2026-04-17 (k1)
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
Next: Reach 90 in "score" of quizzes.
[ ] At best 80 of 90 "score" of quizzes
    Counted: 1 completion, from 2026-04-18 (k1) to 2026-04-18 (k1)
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
Mastery (m@2, time 2): earned on 2026-04-04.
Decided by lesson "k5" of 2026-04-04.
[x] Reached 2 of 2 times: 2 lessons
    Now 0 of 2
    Reached by lesson "k5" of 2026-04-04
    Counted: 4 completions, from 2026-04-01 (k1) to 2026-04-04 (k5)
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
[ ] Finished 2 of 5 lessons
    Counted: 2 completions, from 2026-04-01 (k1) to 2026-04-02 (k2)
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
Next: Earn a hidden milestone.
[ ] Badges needed first: 0 of 1 (a hidden milestone (missing))
[ ] All of these: 1 of 4 holds
    [ ] 10 of 100 points
        From: 0 from badges, 10 from completions; most from k1 (5), k2 (5)
    [ ] Level 1 of 2 (10 of 100 points)
        From: 0 from badges, 10 from completions; most from k1 (5), k2 (5)
    [ ] At least 1 of these: 0 of 2 hold
        [ ] Badges held: 0 of 1 (a hidden milestone (missing))
        [ ] Finished 0 of 3 lessons among "a", "b" and "c"
            Counted: 0 completions
            Not counted: 2 not matching the filter
    [x] Any of these: 1 of 1 holds
        [x] Finished 2 of 1 lesson
            Reached by lesson "k1" of 2026-04-01
            Counted: 2 completions, from 2026-04-01 (k1) to 2026-04-02 (k2)
Time zone: UTC.`,
  ],
  [
    'given by hand',
    {
      catalog: only(lessons),
      completions: onDays(1),
      given: [{ id: 'm', at: at(9) }],
      byHand: { ...byHand, decision: 'awarded' },
    },
    'm',
    `
Mastery (m): earned on 2026-04-09.
Given manually on 2026-04-09 by ms-lee: Helped at the fair
The requirement is no longer met, but the badge is kept.
[ ] Finished 1 of 3 lessons
    Counted: 1 completion, from 2026-04-01 (k1) to 2026-04-01 (k1)
Time zone: UTC.`,
  ],
  [
    'earned, and made safe by hand',
    { catalog: only(lessons), completions: onDays(1, 2, 3), byHand: { ...byHand, decision: 'awarded' } },
    'm',
    `
Mastery (m): earned on 2026-04-03.
Decided by lesson "k3" of 2026-04-03.
Confirmed manually on 2026-04-09 by ms-lee: Helped at the fair
[x] Finished 3 of 3 lessons
    Reached by lesson "k3" of 2026-04-03
    Counted: 3 completions, from 2026-04-01 (k1) to 2026-04-03 (k3)
Time zone: UTC.`,
  ],
  [
    'taken by hand',
    {
      catalog: only(lessons),
      completions: onDays(1, 2, 3),
      taken: ['m'],
      byHand: { ...byHand, by: null, decision: 'revoked' },
    },
    'm',
    `
Mastery (m): not earned.
Taken manually on 2026-04-09: Helped at the fair
Next: It was revoked manually and can only be given back manually.
[x] Finished 3 of 3 lessons
    Reached by lesson "k3" of 2026-04-03
    Counted: 3 completions, from 2026-04-01 (k1) to 2026-04-03 (k3)
Time zone: UTC.`,
  ],
  [
    "a row of the host's",
    { catalog: only(lessons), given: [{ id: 'm', at: at(9) }] },
    'm',
    `
Mastery (m): earned on 2026-04-09.
It was inserted by the app, or awarded by an earlier catalog.
The requirement is no longer met, but the badge is kept.
[ ] Finished 0 of 3 lessons
    Counted: 0 completions
Time zone: UTC.`,
  ],
]

test.each(cases)('tells of %s', (_, history, badgeId, text) => {
  expect(explanationText(explained({ ...history, now: at(20) }, badgeId))).toBe(text.trimStart())
})
