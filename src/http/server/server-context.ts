import type { MilestoneService } from '../../service/calls.js'
import type { Session } from '../../store/database/session.js'
import { sessionOf } from '../../store/database/session-of.js'
import type { Tables } from '../../store/schema/tables.js'
import { tablesIn } from '../../store/schema/tables.js'
import { type Authenticator, createAuthenticator } from '../auth/authenticate.js'
import { faultOf } from '../problem/fault-fields.js'
import { problemOf } from '../problem/problem.js'
import { createMetrics, type Metrics } from './metrics.js'
import { createOutgoing, type Outgoing } from './outgoing.js'
import { createReadTurns, type ReadTurns } from './read-turns.js'
import type { Logger, MilepostServerOptions } from './server-options.js'
import { noTelemetry } from './telemetry.js'

/** What every part of a server uses. */
export type ServerContext = {
  readonly service: MilestoneService
  readonly db: Session
  readonly tables: Tables
  readonly now: () => Date
  readonly logger: Logger
  readonly options: MilepostServerOptions
  readonly authenticator: Authenticator
  readonly metrics: Metrics
  readonly outgoing: Outgoing
  /** The share of connections for reads. */
  readonly readTurns: ReadTurns
  /** Receives errors that no answer depends on. */
  readonly onError: (error: unknown) => void
  /** Aborts when the server closes, which ends streams. */
  readonly closing: AbortSignal
}

/** Prepares what a server uses. @throws INPUT_INVALID */
export function serverContext(options: MilepostServerOptions, closing: AbortSignal): ServerContext {
  const { service, schema, now = () => new Date(), logger = silent, userTokens, authorize } = options
  const db = sessionOf(options.db)
  const tables = tablesIn(schema)
  const onError = (error: unknown): void =>
    logger.error({ ...faultOf(error), code: problemOf(error).code }, 'something went wrong aside')
  const authenticator = createAuthenticator({
    ...{ db, tables, now, userTokens, authorize, onError },
    recheckMs: options.stream?.recheckMs,
  })
  const metrics = createMetrics(options.telemetry ?? noTelemetry)
  const outgoing = createOutgoing({ service, db, tables, now, authenticator, metrics, onError, options })
  const readTurns = createReadTurns(db)
  return { service, db, tables, now, logger, options, authenticator, metrics, outgoing, readTurns, onError, closing }
}

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {} }
