import { expect, test } from 'vitest'
import { createProgressWatch } from './progress-watch.js'

test('tells progress in order, also if a listener joins while an earlier state is being read', async () => {
  let version = 0
  let read: () => void = () => {}
  let begun: () => void = () => {}
  const hasBegun = new Promise<void>(resolve => {
    begun = resolve
  })
  const isHeld = new Promise<void>(resolve => {
    read = resolve
  })
  const watch = createProgressWatch({
    readMarks: async userIds => new Map(userIds.map(userId => [userId, `${version}`])),
    readProgress: async () => {
      const seen = version
      if (seen === 0) begun()
      if (seen === 0) await isHeld
      return seen
    },
    everyMs: 1,
    onError: () => {},
  })
  const heard: string[] = []
  const leaves = [watch.join({ userId: 'ann', hear: json => void heard.push(json) })]
  await hasBegun
  version = 1
  const isNewHeard = new Promise<void>(resolve => {
    leaves.push(watch.join({ userId: 'ann', hear: json => json === '1' && resolve() }))
  })
  // Both looks get the time to end in the wrong order.
  setTimeout(read, 0)
  await isNewHeard
  watch.close()
  expect(heard).toEqual(['0', '1'])
})
