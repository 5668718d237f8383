import { checkTimeZone, defaultTimeZone } from '../core/time/time-zone.js'
import { listenForErrors, sessionOf } from '../store/database/session-of.js'
import { defaultSchema, tablesIn } from '../store/schema/tables.js'
import { checkCatalog } from './context/check-given.js'
import { compileForService, type ServiceContext } from './context/context.js'
import { untraced } from './context/tracing.js'
import { type MilestoneServiceOptions, whenUnappliedOf } from './service-options.js'
import { countFailure, otherCatalog, replacedCatalog, unknownBadge } from './warnings.js'

/** Creates the context of a service from its options. @throws INPUT_INVALID */
export function contextFrom(options: MilestoneServiceOptions, announce: ServiceContext['announce']): ServiceContext {
  const { catalog, schema = defaultSchema, now = () => new Date(), patienceMs = 15_000, trace = untraced } = options
  const zone = checkTimeZone('defaultTimeZone', options.defaultTimeZone ?? defaultTimeZone)
  const db = sessionOf(options.db, { isKeeping: options.preparedStatements ?? true })
  listenForErrors(db)
  checkCatalog(catalog)
  const whenUnapplied = whenUnappliedOf(options, db)
  const catalogs = {
    own: compileForService(catalog),
    latest: null,
    inEffect: null,
    whenUnapplied,
    isStartPending: whenUnapplied === 'apply',
    onReplace: replacedCatalog(options),
    onOther: otherCatalog(options),
  }
  return {
    db,
    schema,
    tables: tablesIn(schema),
    catalogs,
    now,
    defaultTimeZone: zone,
    patienceMs,
    trace,
    onUnknownBadge: unknownBadge(options),
    onCountFailure: countFailure(options),
    announce,
  }
}
