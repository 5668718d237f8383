import { z } from '@hono/zod-openapi'
import { cursor, idParams, instant, limit, next, nullableInstant, reason } from './fields.js'
import { operation } from './operation.js'

const admin = { scope: 'admin' } as const
const eventType = z.enum(['badge.awarded', 'badge.revoked'])
const url = z.string().min(1).max(2048).openapi({ example: 'https://example.com/hooks' })

const webhook = z
  .object({
    id: z.string(),
    url: z.string(),
    types: z.array(eventType),
    isEnabled: z.boolean(),
    disabledBecause: z.nullable(z.string()),
    createdAt: instant,
  })
  .openapi('Webhook')

const webhookWithSecret = z.object({ webhook, secret: z.string().openapi({ description: 'Shown only once' }) })

const delivery = z
  .object({
    id: z.string(),
    messageId: z.string(),
    type: z.string(),
    status: z.enum(['pending', 'delivered', 'dead']),
    attemptCount: z.int(),
    createdAt: instant,
    nextAttemptAt: nullableInstant,
    deliveredAt: nullableInstant,
  })
  .openapi('Delivery')

const attempt = z
  .object({
    at: instant,
    durationMs: z.nullable(z.int()).openapi({ description: 'null while it is running, or if its worker was stopped' }),
    status: z.nullable(z.int()).openapi({ description: 'The HTTP status. null if there was no response' }),
    error: z.nullable(z.string()),
  })
  .openapi('Attempt')

const common = { tag: 'Webhooks', access: admin, refusals: ['NOT_FOUND'] } as const

export const webhookOperations = {
  createWebhook: operation({
    method: 'post',
    path: '/v1/webhooks',
    tag: 'Webhooks',
    summary: 'Create a webhook that receives awards and revocations',
    access: admin,
    isIdempotent: true,
    body: z.strictObject({ url, types: z.array(eventType).min(1).max(2).optional(), reason: reason.optional() }),
    status: 201,
    answer: webhookWithSecret,
  }),
  listWebhooks: operation({
    method: 'get',
    path: '/v1/webhooks',
    tag: 'Webhooks',
    summary: 'List the webhooks',
    access: admin,
    isPaged: true,
    query: z.strictObject({ limit, cursor }),
    answer: z.object({ webhooks: z.array(webhook), next }),
  }),
  getWebhook: operation({
    ...common,
    method: 'get',
    path: '/v1/webhooks/{id}',
    summary: 'Read a webhook',
    params: idParams,
    answer: webhook,
  }),
  changeWebhook: operation({
    ...common,
    method: 'put',
    path: '/v1/webhooks/{id}',
    summary: 'Change a webhook, or enable it again',
    params: idParams,
    body: z.strictObject({
      url: url.optional(),
      types: z.array(eventType).min(1).max(2).optional(),
      isEnabled: z.boolean().optional(),
      reason: reason.optional(),
    }),
    answer: webhook,
  }),
  deleteWebhook: operation({
    ...common,
    method: 'delete',
    path: '/v1/webhooks/{id}',
    summary: 'Delete a webhook and its pending deliveries',
    params: idParams,
    query: z.strictObject({ reason: reason.optional() }),
    status: 204,
  }),
  rotateWebhookSecret: operation({
    ...common,
    method: 'post',
    path: '/v1/webhooks/{id}/rotate',
    summary: 'Give a webhook a new secret. Both secrets sign for a while',
    isIdempotent: true,
    params: idParams,
    body: z.strictObject({ overlapSeconds: z.int().min(0).max(2_592_000).optional(), reason: reason.optional() }),
    isBodyOptional: true,
    answer: webhookWithSecret,
  }),
  testWebhook: operation({
    ...common,
    method: 'post',
    path: '/v1/webhooks/{id}/test',
    summary: 'Send a test message',
    isIdempotent: true,
    params: idParams,
    status: 202,
    answer: delivery,
  }),
  listDeliveries: operation({
    ...common,
    method: 'get',
    path: '/v1/webhooks/{id}/deliveries',
    summary: 'List deliveries',
    isPaged: true,
    params: idParams,
    query: z.strictObject({ status: z.enum(['pending', 'delivered', 'dead']).optional(), limit, cursor }),
    answer: z.object({ deliveries: z.array(delivery), next }),
  }),
  listAttempts: operation({
    ...common,
    method: 'get',
    path: '/v1/webhooks/deliveries/{id}/attempts',
    summary: 'List every attempt at a delivery',
    params: idParams,
    answer: z.object({ attempts: z.array(attempt) }),
  }),
  redeliver: operation({
    ...common,
    method: 'post',
    path: '/v1/webhooks/deliveries/{id}/redeliver',
    summary: 'Send a message again',
    isIdempotent: true,
    params: idParams,
    status: 202,
    answer: delivery,
  }),
} as const

export type WebhookOperationId = keyof typeof webhookOperations
