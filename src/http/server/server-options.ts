import type { MilestoneService } from '../../service/calls.js'
import type { Database } from '../../store/database/hosts.js'
import type { HostAuthority } from '../auth/credential.js'
import type { UserTokenOptions } from '../auth/user-tokens.js'
import type { RateLimit } from '../limits/rate-limit.js'
import type { StreamLimits } from '../stream/streams.js'
import type { WebhookOptions } from './outgoing.js'
import type { Telemetry } from './telemetry.js'

/** Receives log records. A pino logger is one. */
export type Logger = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** The options of `createMilepostServer`. */
export type MilepostServerOptions = {
  /** The result of `createMilestoneService`, on the same database. */
  readonly service: MilestoneService
  readonly db: Database
  /** The schema of Milepost's tables. Default: `milepost`. */
  readonly schema?: string
  /** The path before `/v1`, such as `/api/milepost`. Default: none. */
  readonly basePath?: string
  /** Your own authorization: returns who is calling. If it returns null, server keys and user tokens are checked. */
  readonly authorize?: (
    request: Request,
  ) => HostAuthority | null | undefined | Promise<HostAuthority | null | undefined>
  /** How to verify the tokens that your app signs for its users. Default: no user tokens. */
  readonly userTokens?: UserTokenOptions
  /** The origins whose pages may call the API. Default: none. */
  readonly cors?: { readonly origins: readonly string[] }
  /** Whether Studio is served under `/studio`. Users sign in with an admin key. Default: false. */
  readonly studio?: boolean
  readonly limits?: ServerLimits
  readonly logger?: Logger
  /** The result of `openTelemetry`. Default: no telemetry. */
  readonly telemetry?: Telemetry
  /**
   * Whether this process delivers webhooks, counts users of followed tables and folds what the catalog does not keep, by
   * itself. Default: true. Pass false where processes are frozen or ended between requests, and call `deliverOnce` or
   * `/v1/cron` there.
   */
  readonly deliver?: boolean
  /** How often to look for completions that the catalog does not keep any more. Default: 600,000, every 10 minutes. */
  readonly foldEveryMs?: number
  /**
   * The secret that `/v1/cron` takes as a bearer token, at least 16 characters. Default: none, and only server keys with
   * the scope `admin` may call it.
   */
  readonly cronSecret?: string
  /**
   * Allowed addresses and delivery of webhooks. Default: HTTPS to public addresses, with the schedule of Standard
   * Webhooks.
   */
  readonly webhooks?: WebhookOptions
  /** Limits and intervals of live streams. */
  readonly stream?: StreamLimits
  /** The clock. Default: the system's. */
  readonly now?: () => Date
}

/** Limits of the server. Each has a default. */
export type ServerLimits = {
  /**
   * Bytes of a body. Default: 262,144. For lists of completions and for catalogs, `batchBytes` applies. Default:
   * 1,048,576.
   */
  readonly bodyBytes?: number
  readonly batchBytes?: number
  /** Requests of one credential. Default: 10,000 per second and 20,000 at once. False for no limit. */
  readonly perCredential?: RateLimit | false
  /**
   * Requests about one user by each credential, and all requests of a user token. Default: 100 per second and 500 at
   * once. False for no limit.
   */
  readonly perUser?: RateLimit | false
}
