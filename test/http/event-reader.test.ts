import { expect, test } from 'vitest'
import { readEvents } from '../support/event-reader.js'

const streamOf = (aliveCount: number): Response =>
  new Response(`${': alive\n\n'.repeat(aliveCount)}event: badge.awarded\ndata: {}\n\n`)

test('the reader of streams gives up after 150 signs of life without an event', async () => {
  expect(await readEvents(streamOf(150)).next()).toMatchObject({ event: 'badge.awarded' })
  await expect(readEvents(streamOf(151)).next()).rejects.toThrow('The stream was alive 150 times, and told nothing.')
})

test('the reader of streams waits longer while events are held back, and no longer than that', async () => {
  const heldBack = (times: number) => {
    let askedCount = 0
    return async (): Promise<boolean> => ++askedCount <= times
  }
  expect(await readEvents(streamOf(500), heldBack(35)).next()).toMatchObject({ event: 'badge.awarded' })
  await expect(readEvents(streamOf(501), heldBack(35)).next()).rejects.toThrow('told nothing')
})
