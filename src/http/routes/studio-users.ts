import type { CatalogDefinition } from '../../core/catalog/catalog.js'
import { rehearse } from '../../service/studio/rehearse.js'
import { readUserDays } from '../../service/studio/user-days.js'
import { readUserLedger, readUserMetrics } from '../../store/studio/user-figures.js'
import { readTimeline } from '../../store/studio/user-history.js'
import { readUserPage } from '../../store/studio/user-list.js'
import type { studioUserOperations } from '../contract/studio-users.js'
import type { ServerContext } from '../server/server-context.js'
import type { Handlers } from './calls.js'
import { cutPage, placeAt } from './place-cursor.js'

/** Answers what Studio reads of one user. */
export function studioUserHandlers(context: ServerContext): Handlers<keyof typeof studioUserOperations> {
  const { db, tables } = context
  return {
    searchUsers: async ({ query: { search = '', limit, cursor } }) => {
      const after = placeAt(cursor, ['text'])?.[0]
      const found = await readUserPage(db, tables, { search, after, limit: limit + 1 })
      const { items, next } = cutPage(found, limit, ({ userId }) => [userId])
      return { users: items, next }
    },
    listTimeline: async ({ params: { userId }, query: { kind, limit, cursor } }) => {
      const before = placeAt(cursor, ['micros', 'text', 'text'])
      const found = await readTimeline(db, tables, { userId, kind, before, limit: limit + 1 })
      const { items, next } = cutPage(found, limit, ({ place }) => place)
      return { entries: items.map(({ place: _, ...entry }) => entry), next }
    },
    listUserMetrics: async ({ params: { userId }, query: { limit, cursor } }) => {
      const after = placeAt(cursor, ['text'])?.[0]
      const found = await readUserMetrics(db, tables, { userId, after, limit: limit + 1 })
      const { items, next } = cutPage(found, limit, ({ metric }) => [metric])
      return { metrics: items, next }
    },
    listUserLedger: async ({ params: { userId }, query: { currency, limit, cursor } }) => {
      const before = placeAt(cursor, ['micros', 'text', 'text', 'text', 'text', 'int'])
      const only = currency === undefined ? {} : { coins: { currency } }
      const found = await readUserLedger(db, tables, { userId, before, limit: limit + 1, ...only })
      const { items, next } = cutPage(found, limit, ({ place }) => place)
      return { entries: items.map(({ place: _, ...entry }) => entry), next }
    },
    getUserCalendar: async ({ params: { userId } }) => {
      const { timeZone } = await context.service.getUserSettings(userId)
      const { definition } = await context.service.getCatalog()
      const { dayStartsAt } = definition as CatalogDefinition
      return readUserDays(context, { userId, timeZone, dayStartsAt })
    },
    rehearse: ({ params: { userId }, body }) => rehearse(context, userId, body),
  }
}
