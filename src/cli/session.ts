import type { Catalog } from '../core/catalog/catalog.js'
import type { MilestoneService } from '../service/calls.js'
import { createMilestoneService } from '../service/milestone-service.js'
import type { Session } from '../store/database/session.js'
import { asDatabase } from '../store/database/session-of.js'
import type { Tables } from '../store/schema/tables.js'
import { tablesIn } from '../store/schema/tables.js'
import { type CatalogNeed, catalogFor, loadNewCatalog, newCatalogSource } from './catalog/catalog-source.js'
import type { Answer, Call } from './command.js'
import { databaseAddress } from './database-address.js'
import { openDatabase } from './open-database.js'
import { defaultZoneOf } from './options.js'

/** What a command has open while it reads or writes users. */
export type CommandSession = {
  readonly db: Session
  readonly tables: Tables
  readonly catalog: Catalog
  readonly service: MilestoneService
}

/** Opens the database, runs the work, and always closes the database. */
export async function withDatabase(
  call: Call,
  { mayCreate }: { readonly mayCreate: boolean },
  work: (db: Session) => Promise<Answer>,
): Promise<Answer> {
  const address = databaseAddress(call)
  const { db, close } = await openDatabase(address, { mayCreate })
  try {
    return await work(db)
  } finally {
    await close()
  }
}

/** Opens the database and a service that uses the catalog in effect, and closes both. */
export async function withService(
  call: Call,
  need: CatalogNeed,
  work: (session: CommandSession) => Promise<Answer>,
): Promise<Answer> {
  // If the catalog comes from the database, it is the one in effect, so there is nothing to warn about.
  const onWarning = call.args.texts.catalog === undefined ? () => {} : call.note
  const find = (db: Session, tables: Tables): Promise<Catalog> => catalogFor(call, { db, tables, need })
  return withCatalog(call, { find, work, onWarning })
}

/** Does the same with the catalog to plan or apply. It is expected then that another one is in effect. */
export async function withNewCatalog(call: Call, work: (session: CommandSession) => Promise<Answer>): Promise<Answer> {
  const coming = newCatalogSource(call)
  const find = (db: Session, tables: Tables): Promise<Catalog> => loadNewCatalog(coming, db, tables)
  return withCatalog(call, { find, work, onWarning: () => {} })
}

type Work = {
  readonly find: (db: Session, tables: Tables) => Promise<Catalog>
  readonly work: (session: CommandSession) => Promise<Answer>
  readonly onWarning: (warning: string) => void
}

async function withCatalog(call: Call, { find, work, onWarning }: Work): Promise<Answer> {
  return withDatabase(call, { mayCreate: false }, async db => {
    const { schema } = call.args.texts
    const tables = tablesIn(schema)
    const catalog = await find(db, tables)
    // Never `apply`, the default on the embedded database: here that is a separate command.
    const whenUnapplied = 'warn' as const
    const options = {
      db: asDatabase(db),
      catalog,
      ...(schema !== undefined && { schema }),
      ...defaultZoneOf(call),
      whenUnapplied,
      onWarning,
    }
    const service = createMilestoneService(options)
    try {
      return await work({ db, tables, catalog, service })
    } finally {
      await service.close()
    }
  })
}
