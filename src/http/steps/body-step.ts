import type { Operation } from '../contract/operation.js'
import { refusal } from '../problem/problem.js'
import type { ServerLimits } from '../server/server-options.js'
import { readBytes } from './body.js'
import type { Step } from './exchange.js'

const bodyBytes = 256 * 1024
const batchBytes = 1024 * 1024

/** Reads the body of operations that take one, up to its limit. */
export function bodyStep(limits: ServerLimits = {}): Step {
  return async (exchange, next) => {
    const { request, operation } = exchange
    if (operation.method === 'get') return next()
    exchange.bytes = await readBytes(request, limitOf(operation, limits))
    if (exchange.bytes !== null) requireJson(request)
    return next()
  }
}

function limitOf({ limits: own }: Operation, limits: ServerLimits): number {
  return own?.bytes === undefined ? (limits.bodyBytes ?? bodyBytes) : (limits.batchBytes ?? batchBytes)
}

function requireJson(request: Request): void {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw refusal('UNSUPPORTED_MEDIA_TYPE')
  }
}
