import { expect, test } from 'vitest'
import { createClient } from '../../src/client.js'
import { readPlaces } from '../../src/react/places.js'

function clientOf(first: readonly string[], around: readonly string[]): ReturnType<typeof createClient> {
  const fetch = async (input: unknown): Promise<Response> => {
    const userIds = String(input).includes('around') ? around : first
    // All of them have as many points.
    const entries = userIds.map(userId => ({ userId, rank: 1, points: 10 }))
    return Response.json({ entries, next: 'more', period: { name: 'Spring' } })
  }
  return createClient({ baseUrl: 'http://board', fetch: fetch as typeof globalThis.fetch })
}

const namesOf = (entries: readonly { readonly userId: string }[]): string[] => entries.map(({ userId }) => userId)

test('the own place is shown also where its rank is that of the first places', async () => {
  const client = clientOf(['bea', 'cem'], ['cem', 'ann', 'dov'])
  const { entries, own, period } = await readPlaces({ client, userId: 'ann' }, { limit: 2 })
  expect(namesOf(entries)).toEqual(['bea', 'cem'])
  expect(namesOf(own)).toEqual(['ann', 'dov'])
  expect(period?.name).toBe('Spring')
})

test('a user among the first, or without a place, has no extra rows', async () => {
  expect((await readPlaces({ client: clientOf(['ann'], ['ann']), userId: 'ann' }, {})).own).toEqual([])
  expect((await readPlaces({ client: clientOf(['bea'], ['bea', 'cem']), userId: 'ann' }, {})).own).toEqual([])
})
