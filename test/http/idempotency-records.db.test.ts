import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { tablesIn } from '../../src/store/schema/tables.js'
import {
  type Claim,
  claimKey,
  deleteExpired,
  freeKey,
  type IdempotentCall,
  renewLease,
  storeAnswer,
} from '../../src/store/server/idempotency.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'

describeOnEach(everyDatabase, 'records of idempotency', database => {
  const tables = tablesIn()
  const call = (lease: string, fingerprint = 'a'): IdempotentCall => ({
    ...{ keyHash: 'key', callerHash: 'caller', fingerprint, lease },
  })
  const claim = (given: IdempotentCall, leaseMs = 60_000): Promise<Claim> => {
    return claimKey(database.session, tables, given, { keepMs: 86_400_000, leaseMs })
  }
  const answer = { status: 201, answer: 'secret' }

  test('are claimed once; while the call runs, a repeat and a different call are distinguished', async () => {
    expect(await claim(call('first'))).toEqual({ status: 'claimed' })
    expect(await claim(call('second'))).toEqual({ status: 'running' })
    expect(await claim(call('third', 'b'))).toEqual({ status: 'other-call' })
  })

  test('are claimed by one of many at once', async () => {
    const claims = await Promise.all(Array.from({ length: 16 }, (_, i) => claim(call(`attempt ${i}`))))
    expect(claims.filter(({ status }) => status === 'claimed')).toHaveLength(1)
    expect(claims.filter(({ status }) => status === 'running')).toHaveLength(15)
  })

  test('give the answer again once there is one, to the same call alone', async () => {
    await claim(call('first'))
    await storeAnswer(database.session, tables, call('first'), answer)
    expect(await claim(call('second'))).toEqual({ status: 'done', answerStatus: 201, answer: 'secret' })
    expect(await claim(call('second', 'b'))).toEqual({ status: 'other-call' })
  })

  test('of an attempt that died are taken over by the next same call, and its answer counts', async () => {
    await claim(call('dead'), -1)
    expect(await claim(call('other', 'b'))).toEqual({ status: 'other-call' })
    expect(await claim(call('second'))).toEqual({ status: 'claimed' })
    await storeAnswer(database.session, tables, call('dead'), answer)
    await freeKey(database.session, tables, call('dead'))
    expect(await claim(call('third'))).toEqual({ status: 'running' })
  })

  test('stay with an attempt that renews its lease', async () => {
    await claim(call('slow'), -1)
    await renewLease(database.session, tables, call('slow'), 60_000)
    expect(await claim(call('second'))).toEqual({ status: 'running' })
  })

  test('are free once their attempt came to nothing', async () => {
    await claim(call('first'))
    await freeKey(database.session, tables, call('first'))
    expect(await claim(call('second', 'b'))).toEqual({ status: 'claimed' })
  })

  test('expire after a day, for the next caller and by cleanup', async () => {
    await claim(call('first'))
    await storeAnswer(database.session, tables, call('first'), answer)
    await database.rows(sql`update milepost.idempotency_records set expires_at = now()`)
    expect(await claim(call('second', 'b'))).toEqual({ status: 'claimed' })
    await deleteExpired(database.session, tables, 10)
    expect(await claim(call('third', 'b'))).toEqual({ status: 'running' })
    await database.rows(sql`update milepost.idempotency_records set expires_at = now()`)
    await deleteExpired(database.session, tables, 10)
    expect(await database.rows(sql`select from milepost.idempotency_records`)).toEqual([])
  })
})
