import { type Context, Hono } from 'hono'
import { accessStep } from './access.js'
import { bodyStep } from './body-step.js'
import type { Handler, Handlers } from './calls.js'
import type { Operation } from './contract/operation.js'
import { listOperations, type OperationId } from './contract/operations.js'
import { answering } from './endpoint.js'
import { type Exchange, type Step, throughSteps } from './exchange.js'
import { idempotencyStep } from './idempotency-step.js'
import { problemOf, problemResponse, refusal } from './problem.js'
import { rateStep } from './rate-step.js'
import { requestIdOf } from './request-id.js'
import { completionHandlers } from './routes/completions.js'
import { keyHandlers } from './routes/keys.js'
import { milestoneHandlers } from './routes/milestones.js'
import { serverHandlers } from './routes/server.js'
import { userReadHandlers } from './routes/user-reads.js'
import type { ServerContext } from './server-context.js'

/** Answers a request: all of the API. */
export type App = (request: Request) => Promise<Response>

/** What every operation goes through, outermost first. */
function stepsOf(context: ServerContext): readonly Step[] {
  const { authenticator, options } = context
  return [
    accessStep(authenticator, { leaderboard: options.userTokens?.leaderboard ?? false }),
    rateStep(options.limits),
    bodyStep(options.limits),
    idempotencyStep(context),
  ]
}

/** What answers each operation; those that are not there yet are answered NOT_IMPLEMENTED. */
function handlersOf(context: ServerContext): Partial<Handlers> {
  return {
    ...completionHandlers(context),
    ...userReadHandlers(context),
    ...milestoneHandlers(context),
    ...keyHandlers(context),
    ...serverHandlers(),
    // Here come those of routes/keys.ts, routes/webhooks.ts and routes/stream.ts.
  }
}

/** Builds the routes from the table of operations. */
export function createApp(context: ServerContext): App {
  const app = new Hono<{ Variables: { requestId: string } }>()
  const base = context.options.basePath ?? ''
  const steps = stepsOf(context)
  const handlers = handlersOf(context)
  for (const [id, operation] of listOperations()) {
    const handler = (handlers[id] ?? notImplemented) as Handler<OperationId>
    const run = throughSteps(steps, answering(handler))
    app.on(operation.method.toUpperCase(), base + honoPath(operation), c => run(exchangeOf(c, id, operation)))
  }
  app.notFound(() => refuse(refusal('NOT_FOUND')))
  app.onError((error, c) => {
    const problem = problemOf(error)
    if (problem.status >= 500) context.logger.error({ requestId: c.get('requestId'), code: problem.code }, 'failed')
    return problemResponse(problem, c.get('requestId') ?? '')
  })
  return async request => app.fetch(request)
}

function exchangeOf(c: Context, operationId: OperationId, operation: Operation): Exchange {
  const { raw: request, url } = c.req
  const requestId = requestIdOf(request)
  c.set('requestId', requestId)
  const at = url.indexOf('?')
  const search = at === -1 ? '' : url.slice(at + 1)
  return {
    request,
    requestId,
    operationId,
    operation,
    pathParams: c.req.param(),
    search,
    credential: null,
    bytes: null,
  }
}

function honoPath({ path }: Operation): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

function notImplemented(): never {
  throw refusal('NOT_IMPLEMENTED')
}

function refuse(error: Error): never {
  throw error
}
