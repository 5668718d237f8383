import { expect, onTestFinished, test, vi } from 'vitest'
import { freshBadge } from './sample.js'
import { awarded, openStage, refusal, type Stage } from './stage.js'

const none = { badges: [] }
const one = { badges: [freshBadge] }
const seen = { seen: [freshBadge.id] }

function watch({ celebrations }: Stage): () => void {
  const leave = celebrations.watch(() => {})
  onTestFinished(leave)
  return leave
}

const currentOf = ({ celebrations }: Stage): string | undefined => celebrations.get().current?.badge.name

test('an award is celebrated as it waits to be: what a recount found is not, and what is is in the locale', async () => {
  const waiting = [none, none, { badges: [{ ...freshBadge, name: 'Makellos' }] }]
  const stage = openStage({ unseen: () => waiting.shift() })
  watch(stage)
  await expect.poll(() => waiting).toHaveLength(2)
  stage.tell(awarded)
  await expect.poll(() => waiting).toHaveLength(1)
  // The answer is there before the next question is asked: one at a time.
  stage.tell(awarded)
  await expect.poll(() => currentOf(stage)).toBe('Makellos')
  expect(stage.asked('/seen')).toHaveLength(1)
  expect(stage.asked('/unseen').map(({ locale }) => locale)).toEqual(['de', 'de', 'de'])
})

test('awards that arrive together are requested together', async () => {
  const stage = openStage({ unseen: () => none })
  watch(stage)
  for (let i = 0; i < 20; i++) stage.tell(awarded)
  await expect.poll(() => stage.asked('/unseen')).toHaveLength(2)
  await expect.poll(() => stage.store.get('progress').isLoading).toBe(false)
  expect(stage.asked('/unseen')).toHaveLength(2)
})

test('a badge that was answered is claimed by a new key, and is not celebrated twice', async () => {
  // As a server does: by the same key the same answer, by another one that it was seen before.
  const answers = new Map<string | null, object>()
  const stage = openStage({
    seen: ({ key }) => {
      if (!answers.has(key)) answers.set(key, answers.size === 0 ? seen : { seen: [] })
      return answers.get(key)
    },
  })
  watch(stage)
  await expect.poll(() => currentOf(stage)).toBe('Flawless')
  stage.celebrations.dismiss()
  stage.tell(awarded)
  await expect.poll(() => stage.asked('/seen')).toHaveLength(2)
  await expect.poll(() => stage.celebrations.get().waitingCount).toBe(0)
  expect(answers.size).toBe(2)
  expect(currentOf(stage)).toBeUndefined()
})

test('waiting badges are one celebration, rarest first; later badges are the next one', async () => {
  const badges = ['common', 'legendary', 'rare'].map(rarity => ({ ...freshBadge, id: rarity, name: rarity, rarity }))
  const later = [{ ...freshBadge, id: 'later', name: 'later' }]
  const stage = openStage({
    unseen: () => ({ badges: stage.asked('/unseen').length === 1 ? badges : later }),
    seen: () => ({ seen: stage.asked('/seen').length === 1 ? ['common', 'legendary', 'rare'] : ['later'] }),
  })
  watch(stage)
  await expect
    .poll(() => stage.celebrations.get().current?.badges.map(({ id }) => id))
    .toEqual(['legendary', 'rare', 'common'])
  stage.tell(awarded)
  await expect.poll(() => stage.celebrations.get().waitingCount).toBe(1)
  expect(stage.asked('/seen')).toHaveLength(1)
  stage.celebrations.dismiss()
  await expect.poll(() => currentOf(stage)).toBe('later')
})

test('of badges that wait together, only those that no other tab took are celebrated here', async () => {
  const badges = ['a', 'b', 'c'].map(id => ({ ...freshBadge, id }))
  const stage = openStage({ unseen: () => ({ badges }), seen: () => ({ seen: ['b'] }) })
  watch(stage)
  await expect.poll(() => stage.celebrations.get().current?.badges.map(({ id }) => id)).toEqual(['b'])
  expect(stage.celebrations.get().waitingCount).toBe(0)
})

const lost = [
  ['whose answer got lost', () => new TypeError('lost')],
  ['that came too often', () => refusal(429, 'RATE_LIMITED')],
  ['at which the server failed', () => refusal(500, 'DATABASE_FAILED')],
  ['that is under way still', () => refusal(409, 'IDEMPOTENCY_IN_FLIGHT')],
] as const

test.each(lost)('a claim %s is made again, by the same key', async (_, answer) => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const stage = openStage({ seen: () => (stage.asked('/seen').length === 1 ? answer() : seen) })
  watch(stage)
  await vi.advanceTimersByTimeAsync(4_900)
  expect(stage.asked('/seen')).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(currentOf(stage)).toBe('Flawless')
  expect(new Set(stage.asked('/seen').map(({ key }) => key)).size).toBe(1)
})

const refused = [
  [400, 'INPUT_INVALID'],
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [410, 'USER_ERASED'],
] as const

test.each(refused)(
  'a claim that is refused with %i %s is not made again, and the badge that comes next has its turn',
  async (...why) => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const other = { ...freshBadge, id: 'other', name: 'Other' }
    const stage = openStage({
      unseen: () => ({ badges: stage.asked('/unseen').length === 1 ? [freshBadge] : [other] }),
      seen: () => (stage.asked('/seen').length === 1 ? refusal(...why) : { seen: ['other'] }),
    })
    watch(stage)
    await vi.advanceTimersByTimeAsync(60_000)
    stage.tell(awarded)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(currentOf(stage)).toBe('Other')
    expect(stage.asked('/seen')).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
  },
)

test('a reading of what waits that failed is made again', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const stage = openStage({ unseen: () => (stage.asked('/unseen').length === 1 ? refusal(500, 'INTERNAL') : one) })
  watch(stage)
  await vi.advanceTimersByTimeAsync(5_100)
  expect(currentOf(stage)).toBe('Flawless')
})

test('nothing continues after the last listener leaves', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let refuse = (): void => {}
  const late = () =>
    new Promise<Response>(resolve => {
      refuse = () => resolve(refusal(500, 'DATABASE_FAILED'))
    })
  const answers = [() => refusal(500, 'DATABASE_FAILED'), late]
  const stage = openStage({ seen: () => answers.shift()!() })
  const leave = watch(stage)
  await vi.advanceTimersByTimeAsync(100)
  expect(stage.asked('/seen')).toHaveLength(1)
  leave()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(stage.asked('/seen')).toHaveLength(1)

  // Also where the claim is under way when the last one leaves.
  const again = stage.celebrations.watch(() => {})
  await vi.advanceTimersByTimeAsync(100)
  expect(stage.asked('/seen')).toHaveLength(2)
  again()
  refuse()
  const lookedCount = stage.asked('/unseen').length
  await vi.advanceTimersByTimeAsync(60_000)
  expect(stage.asked('/unseen')).toHaveLength(lookedCount)
  expect(vi.getTimerCount()).toBe(0)
})
