import { expect, onTestFinished, test, vi } from 'vitest'
import { freshBadge, progress } from './sample.js'
import { openStage } from './stage.js'

test('progress that comes by itself is in the locale of the user, though the stream knows none', async () => {
  const { store, tell } = openStage()
  const read = vi.fn(async () => ({ ...progress, levelName: 'Entdeckerin' }))
  store.watch('progress', read, () => {})
  await expect.poll(() => store.get('progress').isLoading).toBe(false)
  tell({ type: 'progress' })
  await expect.poll(() => store.get('progress').isLoading).toBe(false)
  expect(read).toHaveBeenCalledTimes(2)
  expect(store.get('progress').data).toMatchObject({ levelName: 'Entdeckerin' })
})

test('coins are read again with the progress, because what earns the one may earn the other', async () => {
  const { store, tell } = openStage()
  const read = vi.fn(async () => ({ gem: 1 }))
  store.watch('balance', read, () => {})
  tell({ type: 'progress' })
  await expect.poll(() => read.mock.calls.length).toBe(2)
})

test('a badge that was awarded after the first look and before the stream was open is celebrated', async () => {
  const unseen = [[], [freshBadge]]
  const { celebrations, asked, connect } = openStage({ unseen: () => ({ badges: unseen.shift() ?? [] }) })
  onTestFinished(celebrations.watch(() => {}))
  await expect.poll(() => asked('unseen')).toHaveLength(1)
  connect()
  await expect.poll(() => celebrations.get().current?.badge.id).toBe(freshBadge.id)
})
