import type { Handlers } from './calls.js'
import { catalogHandlers } from './routes/catalog.js'
import { completionHandlers } from './routes/completions.js'
import { keyHandlers } from './routes/keys.js'
import { milestoneHandlers } from './routes/milestones.js'
import { pauseHandlers } from './routes/pauses.js'
import { serverHandlers } from './routes/server.js'
import { streamHandlers } from './routes/stream.js'
import { studioHandlers } from './routes/studio.js'
import { studioUserHandlers } from './routes/studio-users.js'
import { userReadHandlers } from './routes/user-reads.js'
import { userWriteHandlers } from './routes/user-writes.js'
import { webhookHandlers } from './routes/webhooks.js'
import type { ServerContext } from './server-context.js'

/** Gathers what answers each operation. */
export function handlersOf(context: ServerContext): Handlers {
  return {
    ...completionHandlers(context),
    ...userReadHandlers(context),
    ...userWriteHandlers(context),
    ...pauseHandlers(context),
    ...milestoneHandlers(context),
    ...catalogHandlers(context),
    ...keyHandlers(context),
    ...serverHandlers(context),
    ...webhookHandlers(context),
    ...streamHandlers(context),
    ...studioHandlers(context),
    ...studioUserHandlers(context),
  }
}
