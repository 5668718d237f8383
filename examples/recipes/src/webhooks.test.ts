import { createMilestoneService, defineCatalog } from 'milepost'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { borrowPglite } from '../../../test/support/embedded.js'
import { badgeEmail } from './badge-messages/badge-email.js'
import type { BadgeEvent } from './badge-messages/badge-events.js'
import { badgePosts } from './badge-messages/badge-posts.js'
import { discordRoles } from './badge-messages/discord-roles.js'
import { clerkWebhook } from './deleting-users/clerk-webhook.js'

const secret = `whsec_${Buffer.from('a secret that only the test knows').toString('base64')}`
const badge = { id: 'helper', name: 'Helper <b>', icon: '🤝', description: 'Answer a question', points: 5 }

let requests: Request[]
let statuses: number[]
beforeEach(() => {
  requests = []
  statuses = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    requests.push(new Request(url, init))
    return new Response(null, { status: statuses.shift() ?? 200 })
  })
})
afterEach(() => vi.unstubAllGlobals())

test('a new badge sends one e-mail with the id of the message, and a failure is answered so that Milepost tries again', async () => {
  const addressOf = async (userId: string) => (userId === 'ann' ? 'ann@example.com' : null)
  const settings = { secret, resendKey: 're_1', from: 'badges@example.com', addressOf }
  expect((await badgeEmail(message('badge.awarded', 'ann'), settings)).status).toBe(204)
  expect(await requests[0]!.json()).toMatchObject({ to: 'ann@example.com', subject: 'You have earned “Helper <b>”' })
  expect(requests[0]!.headers.get('idempotency-key')).toBe('msg_1')
  expect((await badgeEmail(message('badge.awarded', 'ben'), settings)).status).toBe(204)
  expect((await badgeEmail(message('webhook.test', 'ann'), settings)).status).toBe(204)
  expect(requests).toHaveLength(1)
  statuses = [500]
  expect((await badgeEmail(message('badge.awarded', 'ann'), settings)).status).toBe(502)
})

test('a message with another signature does nothing', async () => {
  const forged = message('badge.awarded', 'ann', `whsec_${Buffer.from('another secret').toString('base64')}`)
  const settings = { secret, slackUrl: 'https://slack.example', nameOf: async () => 'Ann' }
  expect((await badgePosts(forged, settings)).status).toBe(401)
  expect(requests).toEqual([])
})

test('a post is text, whatever the names contain', async () => {
  const settings = {
    secret,
    slackUrl: 'https://slack.example',
    discordUrl: 'https://discord.example',
    nameOf: async () => '@everyone',
  }
  expect((await badgePosts(message('badge.awarded', 'ann'), settings)).status).toBe(204)
  expect(await Promise.all(requests.map(request => request.json()))).toEqual([
    { text: '🤝 @everyone has earned “Helper &lt;b&gt;”' },
    { content: '🤝 @everyone has earned “Helper <b>”', allowed_mentions: { parse: [] } },
  ])
})

test('a role comes and goes with its badge, and a member who has left is no failure', async () => {
  const settings = {
    secret,
    botToken: 'bot',
    guildId: 'g',
    roles: { helper: 'r' },
    discordIdOf: async (userId: string) => `discord-${userId}`,
  }
  expect((await discordRoles(message('badge.awarded', 'ann'), settings)).status).toBe(204)
  statuses = [404]
  expect((await discordRoles(message('badge.revoked', 'ann'), settings)).status).toBe(204)
  const address = 'https://discord.com/api/v10/guilds/g/members/discord-ann/roles/r'
  expect(requests.map(({ method, url }) => [method, url])).toEqual([
    ['PUT', address],
    ['DELETE', address],
  ])
})

test('a user who is deleted at Clerk is erased', async () => {
  const { db, close } = await borrowPglite()
  onTestFinished(close)
  const catalog = defineCatalog({ milestones: [] })
  const milestones = createMilestoneService({ db, catalog })
  await milestones.record({ userId: 'user_1', category: 'lesson', itemKey: 'intro' })
  const event = { type: 'user.deleted', data: { id: 'user_1', deleted: true } }
  expect((await clerkWebhook(signed(event, 'svix', 'whsec_YW5vdGhlcg=='), milestones, secret)).status).toBe(401)
  expect((await milestones.exportUser('user_1')).completions).toHaveLength(1)
  expect((await clerkWebhook(signed(event, 'svix'), milestones, secret)).status).toBe(204)
  expect((await milestones.exportUser('user_1')).completions).toEqual([])
})

function message(type: BadgeEvent['type'], userId: string, key = secret): Request {
  return signed({ type, timestamp: new Date().toISOString(), data: { userId, sequence: 1, badge } }, 'webhook', key)
}

function signed(event: object, prefix: string, key = secret): Request {
  const at = new Date()
  const body = JSON.stringify(event)
  const headers = {
    [`${prefix}-id`]: 'msg_1',
    [`${prefix}-timestamp`]: String(Math.floor(at.getTime() / 1000)),
    [`${prefix}-signature`]: new Webhook(key).sign('msg_1', at, body),
  }
  return new Request('https://app.example/hooks', { method: 'POST', headers, body })
}
