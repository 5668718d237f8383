import { z } from '@hono/zod-openapi'
import { cursor, givenInstant, idParams, instant, limit, next, nullableInstant, reason } from './fields.js'
import { operation } from './operation.js'

const scope = z.enum(['record', 'read', 'award', 'admin'])

const key = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(scope),
    createdAt: instant,
    expiresAt: nullableInstant,
    lastUsedAt: nullableInstant,
  })
  .openapi('Key')

const keyWithSecret = z.object({ key, secret: z.string().openapi({ description: 'Shown only once' }) })

export const keyOperations = {
  createKey: operation({
    method: 'post',
    path: '/v1/keys',
    tag: 'Keys',
    summary: 'Create a server key',
    access: { scope: 'admin' },
    isIdempotent: true,
    body: z.strictObject({
      name: z.string().min(1).max(100),
      scopes: z.array(scope).min(1).max(4),
      expiresAt: givenInstant.optional(),
      reason: reason.optional(),
    }),
    status: 201,
    answer: keyWithSecret,
  }),
  listKeys: operation({
    method: 'get',
    path: '/v1/keys',
    tag: 'Keys',
    summary: 'List the keys that are not revoked',
    access: { scope: 'admin' },
    isPaged: true,
    query: z.strictObject({ limit, cursor }),
    answer: z.object({ keys: z.array(key), next }),
  }),
  rotateKey: operation({
    method: 'post',
    path: '/v1/keys/{id}/rotate',
    tag: 'Keys',
    summary: 'Give a key a new secret',
    access: { scope: 'admin' },
    isIdempotent: true,
    params: idParams,
    body: z.strictObject({ overlapSeconds: z.int().min(0).max(2_592_000).optional(), reason: reason.optional() }),
    isBodyOptional: true,
    answer: keyWithSecret,
    refusals: ['NOT_FOUND'],
  }),
  deleteKey: operation({
    method: 'delete',
    path: '/v1/keys/{id}',
    tag: 'Keys',
    summary: 'Revoke a key permanently',
    access: { scope: 'admin' },
    isIdempotent: true,
    params: idParams,
    query: z.strictObject({ reason: reason.optional() }),
    status: 204,
    refusals: ['NOT_FOUND'],
  }),
} as const
