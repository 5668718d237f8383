import {
  changeWebhook,
  createWebhook,
  getWebhook,
  listAttempts,
  listDeliveries,
  listWebhooks,
  redeliver,
  removeWebhook,
  rotateWebhookSecret,
  testWebhook,
} from '../../service/server/webhooks.js'
import type { Webhook } from '../../store/server/webhooks.js'
import type { WebhookOperationId } from '../contract/webhooks.js'
import { refusal, refusedPlace } from '../problem/problem.js'
import type { ServerContext } from '../server/server-context.js'
import { urlFault } from '../webhooks/guard.js'
import { actorOf, type Handlers } from './calls.js'
import { pageAfter } from './paging.js'
import { cutPage, placeAt } from './place-cursor.js'

/** Answers what makes, changes and deletes webhooks, and what shows their deliveries. */
export function webhookHandlers({ outgoing, options }: ServerContext): Handlers<WebhookOperationId> {
  const { webhooks: context, ready } = outgoing
  const checkUrl = (url: string | undefined): void => {
    const fault = url === undefined ? null : urlFault(url, options.webhooks)
    if (fault) throw refusedPlace('/url', fault)
  }
  return {
    createWebhook: async ({ body: { reason, ...body }, credential }) => {
      checkUrl(body.url)
      await ready()
      const { webhook, secret } = await createWebhook(context, body, { reason, by: actorOf(credential) })
      return { webhook: shown(webhook), secret }
    },
    listWebhooks: async ({ query }) => {
      const { items, next } = pageAfter(await listWebhooks(context), query, ({ id }) => id)
      return { webhooks: items.map(shown), next }
    },
    getWebhook: async ({ params }) => shown(found(await getWebhook(context, params.id))),
    changeWebhook: async ({ params, body, credential }) => {
      checkUrl(body.url)
      return shown(found(await changeWebhook(context, params.id, { ...body, by: actorOf(credential) })))
    },
    deleteWebhook: async ({ params, query: { reason }, credential }) => {
      if (!(await removeWebhook(context, params.id, { reason, by: actorOf(credential) }))) throw refusal('NOT_FOUND')
      return new Response(null, { status: 204 })
    },
    rotateWebhookSecret: async ({ params, body, credential }) => {
      const given = { ...body, by: actorOf(credential) }
      const { webhook, secret } = found(await rotateWebhookSecret(context, params.id, given))
      return { webhook: shown(webhook), secret }
    },
    testWebhook: async ({ params }) => found(await testWebhook(context, params.id)),
    listDeliveries: async ({ params, query: { status, limit, cursor } }) => {
      const place = placeAt(cursor, ['ms', 'text'])
      const after = place && { createdAtMs: place[0], id: place[1] }
      const page = found(await listDeliveries(context, { endpointId: params.id, status, limit: limit + 1, after }))
      const { items, next } = cutPage(page, limit, ({ createdAt, id }) => [createdAt.getTime(), id])
      return { deliveries: items, next }
    },
    listAttempts: async ({ params }) => {
      const attempts = found(await listAttempts(context, params.id))
      return {
        attempts: attempts.map(({ startedAt, durationMs, statusCode, failure }) => ({
          at: startedAt,
          durationMs,
          status: statusCode,
          error: failure,
        })),
      }
    },
    redeliver: async ({ params }) => found(await redeliver(context, params.id)),
  }
}

function found<Value>(value: Value | null): Value {
  if (value === null) throw refusal('NOT_FOUND')
  return value
}

// What is stored was checked by the contract when it came.
function shown(webhook: Webhook): Webhook & { readonly types: ('badge.awarded' | 'badge.revoked')[] } {
  return webhook as ReturnType<typeof shown>
}
