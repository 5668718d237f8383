import { expect, test } from 'vitest'
import { createClient, type MilepostClient } from '../../src/client.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'

const catalog = { currencies: ['gems'], milestones: [] }
const now = (): Date => new Date('2026-06-01T12:00Z')
const hint = { currency: 'gems', amount: 5, key: 'order:1', reason: 'A hint' }
const wrong = { key: 'order:1', reason: 'It was wrong' }

describeOnEach(everyDatabase, 'coins by the client', database => {
  const open = (scopes: string): MilepostClient => {
    const { server } = httpClient(database.db, { catalog, now })
    const fetch: typeof globalThis.fetch = (input, init) => server.handler(new Request(input, init))
    return createClient({ baseUrl: 'http://test', headers: { 'x-test-scopes': scopes }, fetch })
  }
  const gift = () => open('award').adjustPoints('ann', { points: 7, currency: 'gems', key: 'gift', reason: 'A gift' })

  test('are given, spent, paid back and listed as by the service', async () => {
    expect(await gift()).toMatchObject({ status: 'adjusted', adjustment: { points: 7, currency: 'gems' } })
    const [client, reader] = [open('record'), open('read')]
    const spending = { userId: 'ann', ...hint, at: now(), refundedAt: null }
    expect(await client.spend('ann', hint)).toEqual({ status: 'spent', spending, balance: 2 })
    expect(await client.spend('ann', hint)).toEqual({ status: 'duplicate', spending, balance: 2 })
    expect(await client.spend('ann', { ...hint, key: 'order:2' })).toEqual({ status: 'insufficient', balance: 2 })
    const refunded = { ...spending, refundedAt: now() }
    expect(await open('award').refund('ann', wrong)).toEqual({ status: 'refunded', spending: refunded, balance: 7 })
    expect(await reader.getBalance('ann')).toEqual({ gems: 7 })
    const first = await reader.getCoinHistory('ann', { currency: 'gems', limit: 2 })
    const rest = await reader.getCoinHistory('ann', { limit: 2, after: first.next! })
    const entries = [...first.entries, ...rest.entries]
    expect(entries.map(({ cause, amount }) => `${amount} ${cause}`).sort()).toEqual([
      '-5 spending',
      '5 refund',
      '7 adjustment',
    ])
    expect(entries[0]!.at).toEqual(now())
  })

  test('are spent by keys that may record, and paid back by keys that may award', async () => {
    await expect(open('read').spend('ann', hint)).rejects.toMatchObject({ status: 403 })
    await expect(open('record').refund('ann', wrong)).rejects.toMatchObject({ status: 403 })
    expect(await open('award').refund('ann', wrong)).toEqual({ status: 'not-found' })
  })

  test('are not spent without a valid amount, currency or key', async () => {
    await gift()
    for (const [pointer, field] of [
      ['/amount', { amount: 0.5 }],
      ['/key', { key: '' }],
      ['/currency', { currency: 'stars' }],
    ] as const)
      await expect(open('record').spend('ann', { ...hint, ...field })).rejects.toMatchObject({ errors: [{ pointer }] })
    expect(await open('read').getBalance('ann')).toEqual({ gems: 7 })
  })
})
