import type { MilestoneService } from '../../service/calls.js'
import type { Database } from '../../store/database/database.js'
import type { HostAuthority } from '../auth/credential.js'
import type { UserTokenOptions } from '../auth/user-tokens.js'
import type { RateLimit } from '../limits/rate-limit.js'
import type { StreamLimits } from '../stream/streams.js'
import type { WebhookOptions } from './outgoing.js'
import type { Telemetry } from './telemetry.js'

/** Hears what happens; a pino logger is one. */
export type Logger = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What a server is made of. */
export type MilepostServerOptions = {
  /** What `createMilestoneService` returned, on the same database. */
  readonly service: MilestoneService
  readonly db: Database
  /** The schema of Milepost's tables. Default: `milepost`. */
  readonly schema?: string
  /** The path before `/v1`, such as `/api/milepost`; nothing when left out. */
  readonly basePath?: string
  /** The host's own word on who calls. Where it returns null, server keys and user tokens count. */
  readonly authorize?: (
    request: Request,
  ) => HostAuthority | null | undefined | Promise<HostAuthority | null | undefined>
  /** How tokens that the host signs for its users are verified. Default: none. */
  readonly userTokens?: UserTokenOptions
  /** Which pages of other origins may call. Default: none. */
  readonly cors?: { readonly origins: readonly string[] }
  /** Whether Studio is served under `/studio`. Users sign in with an admin key. Default: false. */
  readonly studio?: boolean
  readonly limits?: ServerLimits
  readonly logger?: Logger
  /** What `openTelemetry` returned. Default: nobody is told. */
  readonly telemetry?: Telemetry
  /** Whether this process delivers webhooks. Default: true. */
  readonly deliver?: boolean
  /** How webhooks may be reached, and are delivered: by HTTPS, to public addresses, as Standard Webhooks has it, when left out. */
  readonly webhooks?: WebhookOptions
  /** How many live streams there may be, and how they are kept. */
  readonly stream?: StreamLimits
  /** The clock. Default: the system's. */
  readonly now?: () => Date
}

/** How much is taken; each has a default. */
export type ServerLimits = {
  /** Of a body, in bytes; 262,144. Of lists of completions and of catalogs `batchBytes`; 1,048,576. */
  readonly bodyBytes?: number
  readonly batchBytes?: number
  /** Requests of one credential; 10,000 a second, and 20,000 at once. False for no limit. */
  readonly perCredential?: RateLimit | false
  /** Requests about one user, of each credential, and of a user's token in all; 100 a second, and 500 at once. False for no limit. */
  readonly perUser?: RateLimit | false
}
