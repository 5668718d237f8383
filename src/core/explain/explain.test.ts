import { describe, expect, test } from 'vitest'
import { explained, type History } from '../../../test/support/explained.js'
import type { OfferTerms } from '../awards/limits.js'
import type { ExplainedMetric } from './explanation.js'
import { explanationText } from './explanation-text.js'

const at = (day: number, hour = 12): Date => new Date(Date.UTC(2026, 3, day, hour))
const lesson = (day: number, n?: unknown, hour = 12) => ({
  completedAt: at(day, hour),
  metadata: n === undefined ? {} : { n },
})
const attempt = (day: number, quiz: unknown, n: number) => ({ completedAt: at(day), metadata: { quiz, n } })
const only = (requirement: object, more: object = {}) => ({
  milestones: [{ id: 'm', title: 'M', requirement, ...more }],
})
const count = { type: 'count', category: 'lesson', target: 2 }
const total = { type: 'total', category: 'lesson', property: 'n', target: 10 }
const streak = { type: 'streak', category: 'lesson', every: 'day', target: 3 }
const explain = (history: Omit<History, 'now'>, badgeId = 'm', limit?: number) =>
  explained({ now: at(20), ...history }, badgeId, limit)
const metricOf = (history: Omit<History, 'now'>, badgeId?: string, limit?: number) =>
  explain(history, badgeId, limit).requirement as ExplainedMetric

describe('a completion that does not count', () => {
  const cases: readonly (readonly [
    reason: string,
    catalog: object,
    completions: History['completions'],
    key: string,
  ])[] = [
    ['filtered', only({ ...count, where: { n: { gt: 1 } } }), [lesson(1, 1)], 'k1'],
    ['filtered', only({ ...count, items: ['other'], target: 1 }), [lesson(1)], 'k1'],
    ['outside-window', only({ ...count, during: { from: '2026-04-02' } }), [lesson(1), lesson(2)], 'k1'],
    ['outside-window', only(count, { available: { until: '2026-04-02' } }), [lesson(1), lesson(2)], 'k2'],
    ['outside-period', only({ ...count, during: 'day' }), [lesson(1), lesson(2), lesson(2)], 'k1'],
    ['outside-period', only({ ...count, within: 'P1D' }), [lesson(1), lesson(3), lesson(3, 0, 13)], 'k1'],
    ['outside-period', only(streak), [lesson(1), lesson(3), lesson(4)], 'k1'],
    ['other-day', only({ ...streak, on: ['wed', 'fri'] }), [lesson(1), lesson(2), lesson(3)], 'k2'],
    ['too-few', only({ ...streak, atLeast: 2 }), [lesson(1), lesson(1), lesson(2)], 'k3'],
    ['too-few', only({ ...streak, atLeast: 2 }), [lesson(1)], 'k1'],
    ['not-a-number', only(total), [lesson(1, 'many')], 'k1'],
    ['not-a-number', only(total), [lesson(1)], 'k1'],
    ['negative', only(total), [lesson(1, -5)], 'k1'],
    ['negative', only({ ...total, type: 'best' }), [lesson(1, -0.5)], 'k1'],
    ['zero', only(total), [lesson(1, 0)], 'k1'],
    ['not-distinct', only({ ...count, distinct: 'n' }), [lesson(1, 'a'), lesson(2, 'a')], 'k2'],
    ['not-distinct', only({ ...count, distinct: 'n' }), [lesson(1, null)], 'k1'],
    ['outside-hours', only({ ...count, when: { from: '22:00', until: '05:00' } }), [lesson(1)], 'k1'],
    ['not-best', only({ ...total, per: 'quiz', take: 'best' }), [attempt(1, 'a', 5), attempt(2, 'a', 5)], 'k2'],
    ['not-best', only({ ...total, per: 'quiz', take: 'best' }), [attempt(1, 'a', 5), attempt(2, 'a', 6)], 'k1'],
    ['not-distinct', only({ ...total, per: 'quiz', take: 'best' }), [attempt(1, null, 5)], 'k1'],
    ['cooldown', only(count, { repeatable: { cooldown: 'P1D' } }), [lesson(1), lesson(1), lesson(2, 0, 11)], 'k3'],
    [
      'period-reached',
      only({ ...count, during: 'month' }, { repeatable: { cooldown: 'P1D' } }),
      [lesson(1), lesson(1), lesson(5)],
      'k3',
    ],
    ['future', only(count), [{ ...lesson(25), isAhead: true }], 'k1'],
  ]
  test.each(cases)('is %s in %j', (reason, catalog, completions, key) => {
    const { notCounted } = metricOf({ catalog, ...(completions && { completions }) })
    expect(notCounted.latest).toMatchObject([{ itemKey: key, reason }])
    expect(notCounted).toMatchObject({ count: 1, countByReason: { [reason]: 1 } })
  })

  test('is paused on a paused day, and breaks nothing', () => {
    const pauses = [{ from: at(2, 0), until: at(3, 0) }]
    const metric = metricOf({ catalog: only(streak), completions: [1, 2, 3].map(day => lesson(day)), pauses })
    expect(metric.notCounted.latest).toMatchObject([{ itemKey: 'k2', reason: 'paused', day: '2026-04-02' }])
    expect(metric).toMatchObject({ current: 2, counted: { count: 2 } })
  })
})

describe('the lists', () => {
  test('hold the latest up to the limit, and count all', () => {
    const completions = Array.from({ length: 9 }, (_, i) => lesson(i + 1))
    const { counted } = metricOf({ catalog: only(count), completions }, 'm', 3)
    expect(counted).toMatchObject({
      count: 9,
      first: { itemKey: 'k1' },
      deciding: { itemKey: 'k2' },
      last: { itemKey: 'k9' },
    })
    expect(counted.latest.map(({ itemKey }) => itemKey)).toEqual(['k7', 'k8', 'k9'])
  })

  test('are empty at a limit of 0, but the sums stay', () => {
    const { counted, notCounted } = metricOf(
      { catalog: only(total), completions: [lesson(1, 4), lesson(2, 'x')] },
      'm',
      0,
    )
    expect([counted.latest, notCounted.latest]).toEqual([[], []])
    expect([counted.count, notCounted.count]).toEqual([1, 1])
  })

  test('show the day in the time zone in effect when it happened', () => {
    const zones = [
      { zone: 'UTC', since: at(1, 0) },
      { zone: 'Pacific/Auckland', since: at(2, 0) },
    ]
    const { counted } = metricOf({ catalog: only(count), completions: [lesson(1), lesson(2)], zones })
    expect(counted.latest.map(({ day }) => day)).toEqual(['2026-04-01', '2026-04-03'])
  })

  test('name the completion that reached the target, even if a later day was better', () => {
    const completions = [lesson(1), lesson(1), lesson(2), lesson(2), lesson(2)]
    const metric = metricOf({ catalog: only({ ...count, during: 'day' }), completions })
    expect(metric).toMatchObject({ current: 3, counted: { count: 3, deciding: { itemKey: 'k2' } } })
    expect(metric.present).toEqual({ current: 0, target: 2, text: '0 of 2' })
  })
})

test('points come with their biggest and latest gains', () => {
  const catalog = {
    milestones: [
      { id: 'a', title: 'A', requirement: { ...count, target: 1 }, reward: { points: 30 } },
      { id: 'm', title: 'M', requirement: { type: 'level', target: 2 } },
    ],
  }
  const completions = [1, 2, 3].map(day => ({ ...lesson(day), points: day * 20 }))
  const { requirement } = explain({ catalog, completions }, 'm', 2)
  expect(requirement).toMatchObject({ type: 'level', current: 2, points: 150, targetPoints: 100, firstHeldAt: at(3) })
  expect(requirement).toHaveProperty('pointsText', '150 points')
  expect(requirement).toMatchObject({
    gains: {
      count: 4,
      badgePoints: 30,
      completionPoints: 120,
      adjustedPoints: 0,
      biggest: [{ itemKey: 'k3' }, { itemKey: 'k2' }],
      latest: [{ itemKey: 'k2' }, { itemKey: 'k3' }],
    },
  })
})

test('a cap is shown if it limited the points of a completion', () => {
  const catalog = {
    milestones: [{ id: 'm', title: 'M', requirement: { type: 'points', target: 100 } }],
    points: [{ category: 'lesson', points: 10, cap: { per: 'day', points: 15 } }],
  }
  const offer = { source: 'points:lesson', period: 'ever', offered: 10, cap: 15, terms: null }
  const completions = [10, 5, 0].map((points, i) => ({ ...lesson(1, i), points, offers: [{ ...offer, points }] }))
  // A completion without points has other reasons, for example a rule that was added later.
  const explanation = explain({ catalog, completions: [...completions, { ...lesson(2), points: 0 }] })
  expect(explanation.requirement).toMatchObject({
    gains: {
      count: 2,
      cut: {
        count: 2,
        countByReason: { cap: 2 },
        latest: [
          { itemKey: 'k2', points: 5, offered: 10, reason: 'cap' },
          { itemKey: 'k3', points: 0, offered: 10, reason: 'cap' },
        ],
      },
      boosted: { count: 0, latest: [] },
    },
  })
  expect(explanationText(explanation)).toContain('Less than offered: 2 over the limit, last “k3”')
})

test('what an item, a cooldown and a boost did to points is told apart', () => {
  const catalog = { milestones: [{ id: 'm', title: 'M', requirement: { type: 'points', target: 100 } }] }
  const offered = (points: number, terms: OfferTerms, offered = 10) => {
    return { points, offers: [{ source: 'points:lesson', period: '', points, offered, cap: null, terms }] }
  }
  const best = { item: 'quizId=1', take: 'best' } as const
  const completions = [
    { ...lesson(1), ...offered(20, { ...best, times: 2 }, 20) },
    { ...lesson(2), ...offered(0, best) },
    { ...lesson(3), ...offered(10, { cooldown: 172_800_000 }) },
    { ...lesson(4), ...offered(0, { cooldown: 172_800_000 }) },
    { ...lesson(5), ...offered(0, { item: 'quizId=1', take: 'once' }) },
  ]
  const explanation = explain({ catalog, completions })
  expect(explanation.requirement).toMatchObject({
    gains: {
      completionPoints: 30,
      adjustedPoints: 0,
      cut: { count: 3, countByReason: { 'not-better': 1, cooldown: 1, once: 1 } },
      boosted: { count: 1, latest: [{ points: 20, times: 2 }] },
    },
  })
  const text = explanationText(explanation)
  expect(text).toContain(
    'Less than offered: 1 not better than before, 1 within the cooldown, 1 of something that gave points before',
  )
  expect(text).toContain('Boosted: 1 completion, last “k1”')
})

describe('the next step', () => {
  const stepOf = (requirement: object, completions: History['completions'] = [], more: object = {}) =>
    explain({ catalog: only(requirement, more), completions }).nextStep
  const parts = {
    type: 'all',
    of: [
      { ...count, target: 4 },
      { ...count, category: 'quiz', target: 5 },
    ],
  }

  test('is the part with the most progress', () => {
    const completions = [lesson(1), ...[1, 2].map(day => ({ ...lesson(day), category: 'quiz' }))]
    expect(stepOf(parts, completions)).toMatchObject({ requirement: { category: 'quiz' }, remaining: 3 })
  })

  test('skips parts that hold', () => {
    const completions = [1, 2, 3, 4].map(day => lesson(day))
    expect(stepOf(parts, completions)).toMatchObject({ requirement: { category: 'quiz' }, current: 0, remaining: 5 })
  })

  test('is over if the rest can no longer be reached', () => {
    const gone = { ...count, during: { until: '2026-04-10' } }
    expect(stepOf(gone, [lesson(1)])).toEqual({
      type: 'none',
      because: 'over',
      text: 'This badge is no longer available.',
    })
    expect(stepOf({ type: 'all', of: [gone, count] })).toEqual({
      type: 'none',
      because: 'over',
      text: 'This badge is no longer available.',
    })
    expect(stepOf({ type: 'any', of: [gone, count] })).toMatchObject({ type: 'complete', remaining: 2 })
  })

  test('says when it starts and ends', () => {
    const step = stepOf(count, [], { available: { from: '2026-05-01', until: '2026-06-01T00:00:00Z' } })
    expect(step).toMatchObject({ from: new Date('2026-05-01T00:00Z'), by: new Date('2026-06-01T00:00Z') })
  })

  test('of decimals does not drift', () => {
    expect(stepOf({ ...total, target: 0.3 }, [lesson(1, 0.1)])).toMatchObject({ remaining: 0.2 })
  })

  test('for a level is the points that are missing', () => {
    const catalog = { levels: { thresholds: [10] }, ...only({ type: 'level', target: 2 }) }
    expect(explain({ catalog }).nextStep).toEqual({
      type: 'gain',
      points: 10,
      remaining: 10,
      level: 2,
      text: 'Earn 10 points to reach level 2.',
    })
  })

  test('is due if everything is done and it is not awarded yet', () => {
    const history = { catalog: only(count), completions: [lesson(1), lesson(2)], taken: ['m'] }
    expect(explain(history)).toMatchObject({ isEarned: false, holds: true, nextStep: { because: 'due' } })
  })
})
