import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createClient, type MilepostClient } from '../../src/client.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'

const catalog = {
  milestones: [{ id: 'two', title: 'Two', requirement: { type: 'count', category: 'lesson', target: 2 } }],
}
const lesson = (userId: string, itemKey: string) => ({ userId, category: 'lesson', itemKey })

describeOnEach(everyDatabase, 'merging by the client', database => {
  const open = (headers: Record<string, string> = { 'x-test-scopes': 'admin' }): MilepostClient => {
    const { server } = httpClient(database.db, { catalog })
    const fetch: typeof globalThis.fetch = (input, init) => server.handler(new Request(input, init))
    return createClient({ baseUrl: 'http://test', headers, fetch })
  }

  test('makes two users one, by who the credential says', async () => {
    const client = open()
    await client.record([lesson('visitor', 'a'), lesson('ann', 'b')])
    const merged = await client.mergeUsers({ from: 'visitor', into: 'ann' }, { reason: 'signed up' })
    expect(merged).toEqual({
      ...{ status: 'merged', userId: 'ann', completionCount: 1, duplicateCount: 0, revoked: [] },
      awarded: [expect.objectContaining({ id: 'two', earnedAt: expect.any(Date) })],
    })
    const again = await client.mergeUsers({ from: 'visitor', into: 'ann' }, { reason: 'signed up' })
    expect(again).toMatchObject({ status: 'already-merged', completionCount: 0 })
    expect((await client.record(lesson('visitor', 'c'))).completion.userId).toBe('ann')
    expect(await client.renameUser('ann', 'ann-2')).toEqual({ status: 'renamed', userId: 'ann-2' })
    const rows = await database.rows<{ action: string; done_by: string }>(
      sql`select action, done_by from milepost.audit_log order by id`,
    )
    expect(rows).toEqual([
      { action: 'merge', done_by: 'service:the test' },
      { action: 'rename', done_by: 'service:the test' },
    ])
  })

  test('counts a completion of both once, whichever id and key a retry comes with', async () => {
    const client = open()
    const calls = ['visitor', 'ann'].map(userId => () => {
      return client.record(lesson(userId, 'a'), { idempotencyKey: `first-of-${userId}` })
    })
    for (const call of calls) expect(await call()).toMatchObject({ status: 'recorded' })
    await client.mergeUsers({ from: 'visitor', into: 'ann' }, { reason: 'signed up' })
    for (const call of calls) expect(await call()).toMatchObject({ status: 'duplicate', completion: { userId: 'ann' } })
    const late = await client.record(lesson('visitor', 'a'), { idempotencyKey: 'second' })
    expect(late).toMatchObject({ status: 'duplicate', completion: { userId: 'ann' } })
    expect(await database.rows(sql`select from milepost.user_progress where category = 'lesson'`)).toHaveLength(1)
  })

  test('is refused with the field, and without the scope', async () => {
    const client = open()
    await client.record([lesson('a', 'a'), lesson('b', 'b'), lesson('c', 'c')])
    const hand = { reason: 'one person' }
    await client.mergeUsers({ from: 'a', into: 'b' }, hand)
    await expect(client.mergeUsers({ from: 'a', into: 'c' }, hand)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(client.mergeUsers({ from: 'b', into: 'a' }, hand)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(client.renameUser('b', 'c')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    const recorder = open({ 'x-test-scopes': 'record award read' })
    await expect(recorder.mergeUsers({ from: 'b', into: 'c' }, hand)).rejects.toMatchObject({ status: 403 })
    await expect(recorder.renameUser('b', 'd')).rejects.toMatchObject({ status: 403 })
  })
})
