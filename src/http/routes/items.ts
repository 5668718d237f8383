import type { ServerContext } from '../server/server-context.js'
import type { Handlers } from './calls.js'
import { applied, planned } from './catalog.js'

/** Answers what is about lists of items. */
export function itemHandlers(context: ServerContext): Handlers<'getItemLists' | 'getItems' | 'setItems' | 'planItems'> {
  const { service } = context
  return {
    getItemLists: async () => ({ lists: await service.getItemLists() }),
    getItems: async ({ params: { list } }) => ({ items: await service.getItems(list) }),
    setItems: call => applied(call, options => service.setItems(call.params.list, call.body.items, options)),
    planItems: call => planned(context, call, options => service.planItems(call.params.list, call.body.items, options)),
  }
}
