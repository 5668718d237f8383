import { type Context, Hono } from 'hono'
import type { Operation } from './contract/operation.js'
import { listOperations, type OperationId } from './contract/operations.js'
import { answering } from './endpoint/endpoint.js'
import { refusal } from './problem/problem.js'
import type { Handler } from './routes/calls.js'
import { handlersOf } from './routes/handlers.js'
import type { ServerContext } from './server/server-context.js'
import { createShell, type PendingRequest } from './shell/shell.js'
import { accessStep } from './steps/access.js'
import { bodyStep } from './steps/body-step.js'
import { type Exchange, type Step, throughSteps } from './steps/exchange.js'
import { idempotencyStep } from './steps/idempotency-step.js'
import { rateStep } from './steps/rate-step.js'
import { turnStep } from './steps/turn-step.js'
import { mountStudio } from './studio/studio-routes.js'

/** What every operation goes through, outermost first. */
function stepsOf(context: ServerContext): readonly Step[] {
  const { authenticator, options } = context
  return [
    accessStep(authenticator, {
      leaderboard: options.userTokens?.leaderboard ?? false,
      cronSecret: options.cronSecret,
    }),
    rateStep(options.limits),
    bodyStep(options.limits),
    idempotencyStep(context),
    turnStep(context),
  ]
}

/** Builds the routes from the table of operations: one function that answers every request. */
export function createApp(context: ServerContext): (request: Request) => Promise<Response> {
  const app = new Hono()
  const base = context.options.basePath ?? ''
  const shell = createShell(context)
  const steps = stepsOf(context)
  const handlers = handlersOf(context)
  for (const [id, operation] of listOperations()) {
    const run = throughSteps(steps, answering(handlers[id] as Handler<OperationId>))
    const asked = { operationId: id, route: operation.path }
    app.on(operation.method.toUpperCase(), base + honoPath(operation.path), c =>
      shell.answer(c.req.raw, asked, asking => run(exchangeOf(c, { id, operation, asking }))),
    )
  }
  for (const [path, methods] of methodsByPath()) {
    const asked = { operationId: null, route: path }
    app.all(base + honoPath(path), c => shell.answer(c.req.raw, asked, async () => otherMethod(c, methods)))
  }
  if (context.options.studio) mountStudio(app, base, shell)
  app.notFound(c => shell.answer(c.req.raw, { operationId: null, route: 'none' }, notFound))
  return async request => app.fetch(request)

  function otherMethod(c: Context, methods: string): Response {
    if (c.req.method !== 'OPTIONS') throw refusal('METHOD_NOT_ALLOWED', { headers: { allow: methods } })
    const response = new Response(null, { status: 204, headers: { allow: methods } })
    shell.cors.allowCall(c.req.raw, response.headers, methods)
    return response
  }
}

type RoutedRequest = { readonly id: OperationId; readonly operation: Operation; readonly asking: PendingRequest }

function exchangeOf(c: Context, { id, operation, asking }: RoutedRequest): Exchange {
  const { raw: request, url } = c.req
  const at = url.indexOf('?')
  const search = at === -1 ? '' : url.slice(at + 1)
  const pathParams = operation.params ? c.req.param() : {}
  const exchange: Exchange = {
    ...{ request, requestId: asking.requestId, operationId: id, operation, pathParams, search },
    credential: null,
    bytes: null,
  }
  asking.exchange = exchange
  return exchange
}

/** Lists the methods of each path; GET includes HEAD, and every path takes OPTIONS. */
function methodsByPath(): ReadonlyMap<string, string> {
  const methods = new Map<string, string[]>()
  for (const [, { path, method }] of listOperations()) {
    const own = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]
    methods.set(path, [...(methods.get(path) ?? []), ...own])
  }
  return new Map([...methods].map(([path, own]) => [path, [...own, 'OPTIONS'].join(', ')]))
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

async function notFound(): Promise<Response> {
  throw refusal('NOT_FOUND')
}
