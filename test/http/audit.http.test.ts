import { expect, test } from 'vitest'
import { describeOnEach } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'

const catalog = { milestones: [{ id: 't1', title: 'One', requirement: { type: 'tutorials_completed', count: 1 } }] }

describeOnEach(['pglite', 'pg'], 'the audit log', database => {
  test('lists applied catalogs and every change to webhooks, with author and reason', async () => {
    const { send } = httpClient(database.db, { catalog })
    const admin = { scopes: ['admin', 'read'] as const }
    await send('POST', '/v1/apply', { ...admin, body: { catalog, policy: 'keep', reason: 'spring goals' } })
    const url = 'https://example.com/hooks?token=secret'
    const { body: made } = await send('POST', '/v1/webhooks', { ...admin, body: { url, reason: 'new partner' } })
    const path = `/v1/webhooks/${made.webhook.id}`
    await send('PUT', path, { ...admin, body: { isEnabled: false, reason: 'too loud' } })
    await send('PUT', path, { ...admin, body: { isEnabled: true } })
    await send('PUT', path, { ...admin, body: { types: ['badge.awarded'], reason: 'awards only' } })
    await send('POST', `${path}/rotate`, { ...admin, body: { reason: 'leaked' } })
    await send('DELETE', `${path}?reason=contract%20ended`, admin)
    await send('DELETE', path, admin)
    const { body } = await send('GET', '/v1/studio/audit', admin)
    const entries = body.entries as { action: string; reason: string; doneBy: string; details: object }[]
    expect(entries.map(({ action, reason }) => [action, reason]).reverse()).toEqual([
      ['apply', 'spring goals'],
      ['create-webhook', 'new partner'],
      ['pause-webhook', 'too loud'],
      ['resume-webhook', 'Webhook turned on again'],
      ['change-webhook', 'awards only'],
      ['rotate-webhook-secret', 'leaked'],
      ['delete-webhook', 'contract ended'],
    ])
    expect(entries.every(({ doneBy }) => doneBy !== null && doneBy !== 'nobody')).toBe(true)
    expect(JSON.stringify(entries)).not.toContain('token=secret')
    expect(entries.at(-1)!.details).toEqual({ version: 1, policy: 'keep' })
  })

  test('lists every change to keys, with author and reason', async () => {
    const { send } = httpClient(database.db, { catalog })
    const admin = { scopes: ['admin', 'read'] as const }
    const key = { name: 'shop', scopes: ['read'], reason: 'the new shop' }
    const { body: made } = await send('POST', '/v1/keys', { ...admin, body: key })
    const path = `/v1/keys/${made.key.id}`
    await send('POST', `${path}/rotate`, { ...admin, body: { overlapSeconds: 60, reason: 'leaked' } })
    await send('POST', `${path}/rotate`, admin)
    await send('DELETE', `${path}?reason=closed`, admin)
    const { body } = await send('GET', '/v1/studio/audit', admin)
    const entries = body.entries as { action: string; reason: string; doneBy: string }[]
    expect(entries.map(({ action, reason }) => [action, reason]).reverse()).toEqual([
      ['create-key', 'the new shop'],
      ['rotate-key', 'leaked'],
      ['rotate-key', 'Key rotated'],
      ['delete-key', 'closed'],
    ])
    expect(entries.every(({ doneBy }) => doneBy !== null && doneBy !== 'nobody')).toBe(true)
    expect(await send('DELETE', `${path}?raeson=x`, admin)).toMatchObject({ status: 400 })
  })
})
