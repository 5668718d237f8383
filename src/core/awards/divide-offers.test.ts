import { expect, test } from 'vitest'
import { calendarOf, utcCalendar } from '../time/calendar.js'
import { type OfferingCompletion, type StoredOffer, startDividing } from './divide-offers.js'

const offer = (points: number, more: Partial<StoredOffer> = {}): StoredOffer => {
  return { source: 'points:post', period: '2026-04-01', points, offered: 10, cap: 20, terms: null, ...more }
}
const at = (time: string, ...offers: StoredOffer[]): OfferingCompletion => {
  return { completedAt: new Date(time), points: offers.reduce((sum, { points }) => sum + points, 0), offers }
}
const divided = (completions: readonly OfferingCompletion[], calendar = utcCalendar) =>
  completions.map(startDividing(calendar).divide)
const pointsOf = (completions: readonly OfferingCompletion[]) => divided(completions).map(({ points }) => points)

test('the offers of a day are given in order of time until its cap is reached', () => {
  const day = ['01', '02', '03', '04'].map(hour => at(`2026-04-01T${hour}:00Z`, offer(0)))
  expect(pointsOf([...day, at('2026-04-02T01:00Z', offer(10, { period: '2026-04-02' }))])).toEqual([10, 10, 0, 0, 10])
})

test('only what is missing in the ledger is a change, and points without a cap stay', () => {
  const [first, second] = divided([
    { ...at('2026-04-01T01:00Z', offer(10)), points: 13 },
    { ...at('2026-04-01T02:00Z', offer(4)), points: 7 },
  ])
  expect(first).toEqual({ points: 13, changes: [] })
  const change = { source: 'points:post', period: '2026-04-01', was: 4, points: 6, offered: 0, cap: 20, terms: null }
  expect(second).toEqual({ points: 13, changes: [change] })
})

test('each offer uses the cap from when it was recorded', () => {
  const caps = (...list: number[]) => pointsOf(list.map((cap, i) => at(`2026-04-01T0${i}:00Z`, offer(0, { cap }))))
  expect(caps(20, 20, 30, 30)).toEqual([10, 10, 10, 0])
  expect(caps(30, 15, 15, 30)).toEqual([10, 5, 0, 10])
})

test('rules are independent of each other', () => {
  const both = (hour: string) => at(`2026-04-01T${hour}:00Z`, offer(0), offer(0, { source: 'points:quiz', cap: 15 }))
  expect(pointsOf([both('01'), both('02'), both('03')])).toEqual([20, 15, 0])
})

test('rows from before caps were stored keep their points, and count towards the cap', () => {
  const old = offer(10, { cap: null })
  expect(pointsOf([at('2026-04-01T01:00Z', old), at('2026-04-01T02:00Z', offer(0, { cap: 15 }))])).toEqual([10, 5])
  expect(pointsOf([at('2026-04-01T01:00Z', offer(0)), at('2026-04-01T02:00Z', old)])).toEqual([10, 10])
})

test('an offer moves to its day in the zones that are known now', () => {
  const calendar = calendarOf([{ zone: 'Asia/Kathmandu', since: new Date('2026-01-01T00:00Z') }])
  const [moved] = divided([at('2026-03-31T20:00Z', offer(7, { period: '2026-03-31' }))], calendar)
  expect(moved).toEqual({
    points: 10,
    changes: [
      { source: 'points:post', period: '2026-03-31', was: 7, points: -7, offered: -10, cap: 20, terms: null },
      { source: 'points:post', period: '2026-04-01', was: 0, points: 10, offered: 10, cap: 20, terms: null },
    ],
  })
})

test('items, cooldowns and caps of any period are shared out in order of time', () => {
  const of = (hour: string, more: Partial<StoredOffer>): OfferingCompletion =>
    at(`2026-04-01T${hour}:00Z`, offer(0, { period: '', cap: null, ...more }))
  const best = (item: string, offered: number) => ({ offered, terms: { item, take: 'best' as const } })
  expect(pointsOf([of('01', best('a=1', 4)), of('02', best('a=1', 10)), of('03', best('a=2', 3))])).toEqual([4, 6, 3])
  const once = (offered: number) => ({ offered, terms: { item: 'a=1', take: 'once' as const } })
  expect(pointsOf([of('01', once(4)), of('02', once(10))])).toEqual([4, 0])
  const cooling = { terms: { cooldown: 2 * 3_600_000 } }
  expect(pointsOf(['01', '02', '03', '04'].map(hour => of(hour, cooling)))).toEqual([10, 0, 10, 0])
  const ever = { period: 'ever', cap: 15 }
  expect(pointsOf([of('01', ever), of('02', ever), of('03', ever)])).toEqual([10, 5, 0])
})

test('what limits took is said', () => {
  const { sharesOf } = startDividing(utcCalendar)
  const cutsOf = (hour: string, more: Partial<StoredOffer>) =>
    sharesOf(at(`2026-04-01T${hour}:00Z`, offer(0, { period: '', cap: null, ...more }))).map(({ cut }) => cut)
  const all = { item: 'a=1', take: 'best' as const, cooldown: 3_600_000 }
  expect(cutsOf('01', { terms: all })).toEqual([null])
  expect(cutsOf('01', { terms: all })).toEqual(['cooldown'])
  expect(cutsOf('03', { terms: all })).toEqual(['not-better'])
  expect(cutsOf('05', { terms: { ...all, item: 'a=2' }, period: 'ever', cap: 3 })).toEqual(['cap'])
  expect(cutsOf('09', { terms: { ...all, take: 'once' } })).toEqual(['once'])
})
