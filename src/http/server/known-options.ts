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
  foldEveryMs: true,
  cronSecret: true,
  webhooks: true,
  stream: true,
  now: true,
})

const rateKeys = keysOf<RateLimit>({ perSecond: true, burst: true })

/** The allowed keys of nested options. Other options are the host's own objects, such as a logger. */
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

/** Reads the options of a server. Refuses unknown and unreadable ones, also nested ones. @throws INPUT_INVALID */
export function readServerOptions(given: MilepostServerOptions): MilepostServerOptions {
  const options = readKnown(call, given, serverKeys)
  for (const [option, keys] of Object.entries(keysWithin)) readWithin(options, option, { keys, path: option })
  for (const name of ['perCredential', 'perUser'])
    readWithin(options.limits, name, { keys: rateKeys, path: `limits.${name}` })
  return options
}

/** Replaces nested options with the checked copy. `options` was copied already, so nobody else sees the change. */
function readWithin(options: unknown, name: string, { keys, path }: { keys: KnownKeys; path: string }): void {
  if (typeof options !== 'object' || options === null || !(name in options)) return
  Reflect.set(options, name, readKnown(call, Reflect.get(options, name), keys, { within: `${path}.`, field: path }))
}
