export type { Scope } from './core/users/scope.js'
export type { HostAuthority } from './http/auth/credential.js'
export type { UserTokenKey } from './http/auth/user-token-keys.js'
export type { UserSetting, UserTokenOptions } from './http/auth/user-tokens.js'
export type { RateLimit } from './http/limits/rate-limit.js'
export { createMilepostServer, type DeliverOnceOptions, type MilepostServer } from './http/milepost-server.js'
export type { WebhookOptions } from './http/server/outgoing.js'
export type { DeliverReport } from './http/server/run-due.js'
export type { Logger, MilepostServerOptions, ServerLimits } from './http/server/server-options.js'
export type { Meter, Span, TelemetryAttributes, Tracer } from './http/server/telemetry.js'
export { type OpenTelemetryApi, openTelemetry, type Telemetry } from './http/server/telemetry.js'
export type { StreamLimits } from './http/stream/streams.js'
export type { DeliveryOptions } from './http/webhooks/delivery.js'
export type { GuardOptions, HostResolver, ResolvedAddress } from './http/webhooks/guard.js'
export type { SendResult, WebhookRequest, WebhookSender, WebhookSenderOptions } from './http/webhooks/send.js'
export type { DeliveryWorkerOptions } from './http/webhooks/worker.js'
export type { MilestoneService } from './service/calls.js'
export type { Trace } from './service/context/tracing.js'
export type {
  Database,
  DrizzleDatabase,
  HostTransaction,
  PgClient,
  Pglite,
  PgliteTransaction,
  PgPool,
  PostgresJs,
} from './store/database/hosts.js'
