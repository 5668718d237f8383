import { type KnownKeys, keysOf, readKnown } from '../../core/values/known-keys.js'
import type { UserTokenOptions } from '../auth/user-tokens.js'
import type { RateLimit } from '../limits/rate-limit.js'
import type { StreamLimits } from '../stream/streams.js'
import type { WebhookOptions } from './outgoing.js'
import type { MilepostServerOptions, ServerLimits } from './server-options.js'

const serverKeys = keysOf<MilepostServerOptions>({
  service: true,
  db: true,
  schema: true,
  basePath: true,
  authorize: true,
  userTokens: true,
  cors: true,
  studio: true,
  limits: true,
  logger: true,
  telemetry: true,
  deliver: true,
  webhooks: true,
  stream: true,
  now: true,
})

const rateKeys = keysOf<RateLimit>({ perSecond: true, burst: true })

/** Of options that hold options: what these may have. The rest is the host's own, such as a logger. */
const keysWithin: { readonly [Option in keyof MilepostServerOptions]?: KnownKeys } = {
  cors: keysOf<NonNullable<MilepostServerOptions['cors']>>({ origins: true }),
  limits: keysOf<ServerLimits>({ bodyBytes: true, batchBytes: true, perCredential: true, perUser: true }),
  userTokens: keysOf<UserTokenOptions>({
    keys: true,
    audience: true,
    issuer: true,
    clockToleranceSeconds: true,
    leaderboard: true,
    settings: true,
    attributes: true,
  }),
  webhooks: keysOf<WebhookOptions>({
    timeoutMs: true,
    resolve: true,
    allowHttp: true,
    ports: true,
    allowPrivate: true,
    scheduleMs: true,
    pollMs: true,
    idleMs: true,
    leaseMs: true,
    concurrency: true,
    graceMs: true,
  }),
  stream: keysOf<StreamLimits>({
    maxStreams: true,
    maxStreamsPerUser: true,
    pollMs: true,
    heartbeatMs: true,
    queueBytes: true,
    aliveMs: true,
    recheckMs: true,
    progressMs: true,
  }),
}

const call = 'createMilepostServer'

/** Reads the options of a server; refuses those that it does not know, also within others, or that cannot be read. @throws INPUT_INVALID */
export function readServerOptions(given: MilepostServerOptions): MilepostServerOptions {
  const options = readKnown(call, given, serverKeys)
  for (const [option, keys] of Object.entries(keysWithin)) readWithin(options, option, { keys, path: option })
  for (const name of ['perCredential', 'perUser'])
    readWithin(options.limits, name, { keys: rateKeys, path: `limits.${name}` })
  return options
}

/** Puts what was read in the place of an option that holds options; `options` was read already, and is nobody else's. */
function readWithin(options: unknown, name: string, { keys, path }: { keys: KnownKeys; path: string }): void {
  if (typeof options !== 'object' || options === null || !(name in options)) return
  Reflect.set(options, name, readKnown(call, Reflect.get(options, name), keys, { within: `${path}.`, field: path }))
}
