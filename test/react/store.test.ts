import { expect, test } from 'vitest'
import { createStore } from '../../src/react/store.js'

/** A reading of a store, each of whose answers a test lets come when it likes. */
function reading() {
  const asked: { readonly answer: (data: unknown) => void; readonly fail: (error: unknown) => void }[] = []
  const load = () => new Promise((answer, fail) => asked.push({ answer, fail }))
  const store = createStore({})
  const leave = store.watch('progress', load, () => {})
  const shown = async () => {
    await Promise.resolve()
    await Promise.resolve()
    const { data, error, isLoading } = store.get('progress')
    return { data, error, isLoading }
  }
  return { store, asked, leave, shown }
}
const newer = { data: 'newer', error: null, isLoading: false }

test('an older answer that comes after the newer one does not overwrite it', async () => {
  const { store, asked, shown } = reading()
  store.refresh('progress')
  asked[1]!.answer('newer')
  expect(await shown()).toEqual(newer)
  asked[0]!.answer('older')
  expect(await shown()).toEqual(newer)
})

test('an older answer that comes first does not show as the newest', async () => {
  const { store, asked, shown } = reading()
  store.refresh('progress')
  asked[0]!.answer('older')
  expect(await shown()).toEqual({ data: undefined, error: null, isLoading: true })
  asked[1]!.answer('newer')
  expect(await shown()).toEqual(newer)
})

test('what was put in while a reading was under way is not overwritten by its answer', async () => {
  const { store, asked, shown } = reading()
  store.put('progress', 'newer')
  asked[0]!.answer('older')
  expect(await shown()).toEqual(newer)
})

test('a reading that began after something was put in overwrites it', async () => {
  const { store, asked, shown } = reading()
  store.put('progress', 'older')
  store.refresh('progress')
  asked[1]!.answer('newer')
  expect(await shown()).toEqual(newer)
})

test('a late failure of an older read overwrites neither a newer answer nor inserted data', async () => {
  const { store, asked, shown } = reading()
  store.refresh('progress')
  asked[1]!.answer('newer')
  await shown()
  asked[0]!.fail(new Error('older'))
  expect(await shown()).toEqual(newer)
  store.refresh('progress')
  store.put('progress', 'newer')
  asked[2]!.fail(new Error('older'))
  expect(await shown()).toEqual(newer)
})

test('a failure keeps what is shown', async () => {
  const { store, asked, shown } = reading()
  store.put('progress', 'kept')
  store.refresh('progress')
  const error = new Error('down')
  asked[1]!.fail(error)
  expect(await shown()).toEqual({ data: 'kept', error, isLoading: false })
})

test('what a server rendered with has dates, also if it was sent as JSON', () => {
  const reachedAt = new Date('2026-06-01T12:00:00Z')
  const leaderboard = { entries: [{ userId: 'ann', reachedAt }] }
  for (const sent of [leaderboard, JSON.parse(JSON.stringify(leaderboard))])
    expect(createStore({ leaderboard: sent }).get('leaderboard').data).toEqual(leaderboard)
})
