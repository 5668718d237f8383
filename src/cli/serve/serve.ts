import { once } from 'node:events'
import { createMilepostServer } from '../../http/milepost-server.js'
import { noTelemetry, openTelemetry, type Telemetry } from '../../http/server/telemetry.js'
import type { ListeningServer } from '../../node/node-server.js'
import type { MilestoneService } from '../../service/calls.js'
import { createMilestoneService } from '../../service/milestone-service.js'
import type { Session } from '../../store/database/session.js'
import { asDatabase } from '../../store/database/session-of.js'
import { hasTables, migrate } from '../../store/schema/migrate.js'
import { tablesIn } from '../../store/schema/tables.js'
import { catalogFor } from '../catalog/catalog-source.js'
import type { Answer, Call } from '../command.js'
import { databaseAddress } from '../database-address.js'
import { openDatabase } from '../open-database.js'
import { withPackage } from '../optional-package.js'
import { defaultZoneOf } from '../options.js'
import { handOutFirstKey, wantsFirstKey } from './keys-required.js'
import { listenOrTell } from './listen.js'
import { isLoopback, type ServeSettings, serveSettings } from './serve-settings.js'
import { serverLog } from './server-log.js'

/** Serves until the first signal, then lets running requests finish. `onListening` receives the address of Studio. */
export async function serve(call: Call, onListening?: (studio: string) => Promise<void>): Promise<Answer> {
  const settings = await serveSettings(call)
  const { db, close } = await openDatabase(databaseAddress(call), { mayCreate: true, pool: settings.pool })
  try {
    await serveOn(call, settings, { db, onListening })
  } finally {
    await close()
  }
  return { data: undefined, lines: () => [] }
}

type Serving = { readonly db: Session; readonly onListening: ((studio: string) => Promise<void>) | undefined }

async function serveOn(call: Call, settings: ServeSettings, { db, onListening }: Serving): Promise<void> {
  const { schema } = call.args.texts
  const named = schema === undefined ? {} : { schema }
  const tables = tablesIn(schema)
  const logger = serverLog(settings.logLevel, call.print)
  await makeTables(db, named)
  const catalog = await catalogFor(call, { db, tables, need: 'in-effect' })
  const telemetry = await installedTelemetry()
  const onWarning = (warning: string): void => logger.warn({}, warning)
  // The catalog applied last stays in effect after a restart, also if it was applied in Studio.
  const whenUnapplied = call.args.flags.has('apply') ? 'apply' : 'warn'
  const service = createMilestoneService({
    ...{ db: asDatabase(db), catalog, whenUnapplied, onWarning, ...named, ...defaultZoneOf(call) },
    trace: telemetry.trace,
  })
  const { basePath, origins, userTokens, cronSecret, host, port } = settings
  const keys = { db, tables, now: () => new Date() }
  const place = { isLoopback: isLoopback(host), isOnTerminal: call.isTerminal, hasUserTokens: userTokens !== undefined }
  const isFirst = await wantsFirstKey(keys, place)
  const server = createMilepostServer({
    service,
    db: asDatabase(db),
    ...named,
    basePath,
    userTokens,
    cors: { origins },
    logger,
    telemetry,
    studio: true,
    ...(cronSecret !== undefined && { cronSecret }),
  })
  await warnOfOtherCatalog(service, logger)
  const listening = await listenOrTell(server, { host, port })
  if (isFirst) await handOutFirstKey(keys, secret => call.print(firstKeyText(call, secret)))
  const url = listening.url + basePath
  const studio = `${url}/studio/`
  logger.info({ url, studio }, 'listening')
  await onListening?.(studio)
  await untilInterrupted(call)
  await end({ listening, server, service }, settings, logger)
}

// One clear line, because a file that was changed but not applied has no effect.
async function warnOfOtherCatalog(service: MilestoneService, logger: ReturnType<typeof serverLog>): Promise<void> {
  const { own, version, atStart } = await service.getCatalog()
  if (own === 'current' || atStart === 'replace') return
  logger.warn(
    { version },
    `catalog version ${version} (the last one applied) stays in effect, not the file you passed; to switch, start with --apply or run \`milepost apply\``,
  )
}

// The embedded database belongs to this process, so its tables are created and updated. On a server they are only
// created.
async function makeTables(db: Session, named: { readonly schema?: string }): Promise<void> {
  if (db.isEmbedded || !(await hasTables(db, named))) await migrate(asDatabase(db), named)
}

// If it is not installed, no telemetry is sent.
async function installedTelemetry(): Promise<Telemetry> {
  const api = await withPackage('@opentelemetry/api', () => import('@opentelemetry/api'))
  return api ? openTelemetry(api) : noTelemetry
}

function firstKeyText({ args }: Call, secret: string): string {
  if (args.flags.has('json')) return `${JSON.stringify({ firstAdminKey: secret })}\n`
  return `The first admin key, shown only once:\n${secret}\n`
}

async function untilInterrupted({ interrupt: { signal } }: Call): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

type Running = {
  readonly listening: ListeningServer
  readonly server: { readonly close: () => Promise<void> }
  readonly service: { readonly close: () => Promise<void> }
}

async function end(
  { listening, server, service }: Running,
  { graceMs }: ServeSettings,
  logger: ReturnType<typeof serverLog>,
): Promise<void> {
  logger.info('stopping')
  const stopped = listening.stop(graceMs)
  // This ends the streams, which would otherwise continue forever.
  await server.close()
  const cutCount = await stopped
  await service.close()
  if (cutCount > 0) logger.warn({ cutCount }, 'requests were cut off: they took longer than --grace')
  logger.info('stopped')
}
