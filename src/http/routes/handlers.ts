import type { ServerContext } from '../server/server-context.js'
import type { Handlers } from './calls.js'
import { catalogHandlers } from './catalog.js'
import { coinHandlers } from './coins.js'
import { completionHandlers } from './completions.js'
import { foldingHandlers } from './folding.js'
import { itemHandlers } from './items.js'
import { keyHandlers } from './keys.js'
import { milestoneHandlers } from './milestones.js'
import { pauseHandlers } from './pauses.js'
import { serverHandlers } from './server.js'
import { streamHandlers } from './stream.js'
import { studioHandlers } from './studio.js'
import { studioUserHandlers } from './studio-users.js'
import { userReadHandlers } from './user-reads.js'
import { userWriteHandlers } from './user-writes.js'
import { webhookHandlers } from './webhooks.js'

/** Gathers what answers each operation. */
export function handlersOf(context: ServerContext): Handlers {
  return {
    ...completionHandlers(context),
    ...foldingHandlers(context),
    ...userReadHandlers(context),
    ...userWriteHandlers(context),
    ...pauseHandlers(context),
    ...coinHandlers(context),
    ...milestoneHandlers(context),
    ...catalogHandlers(context),
    ...itemHandlers(context),
    ...keyHandlers(context),
    ...serverHandlers(context),
    ...webhookHandlers(context),
    ...streamHandlers(context),
    ...studioHandlers(context),
    ...studioUserHandlers(context),
  }
}
