import { checkKnownKeys, type KnownKeys, keysOf, readKnown } from '../core/known-keys.js'
import type { UserTokenOptions } from './auth/user-tokens.js'
import type { WebhookOptions } from './outgoing.js'
import type { RateLimit } from './rate-limit.js'
import type { MilepostServerOptions, ServerLimits } from './server-options.js'
import type { StreamLimits } from './stream/streams.js'

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

/** Reads the options of a server; refuses those that it does not know, also within others, or that cannot be read. @throws INPUT_INVALID */
export function readServerOptions(given: MilepostServerOptions): MilepostServerOptions {
  const call = 'createMilepostServer'
  const options = readKnown(call, given, serverKeys)
  for (const [option, keys] of Object.entries(keysWithin))
    checkKnownKeys(call, options[option as keyof MilepostServerOptions], keys, { within: `${option}.` })
  for (const name of ['perCredential', 'perUser'] as const)
    checkKnownKeys(call, options.limits?.[name], rateKeys, { within: `limits.${name}.` })
  return options
}
