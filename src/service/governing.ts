import { parseCatalog } from '../core/catalog.js'
import type { CompiledCatalog } from '../core/compile.js'
import { readVersions } from '../store/catalog-versions.js'
import type { Database } from '../store/database.js'
import { compileForService, type ServiceContext } from './context.js'

/**
 * Gives the context by which users are counted at a version of the applied catalogs: the latest one governs, whatever catalog a
 * process came with, so that two versions of an app side by side do not recount each other's users for ever. Where none was ever
 * applied (version 0), a service's own catalog does.
 */
export async function contextAt(context: ServiceContext, db: Database, version: number): Promise<ServiceContext> {
  const { governing } = context
  if (version === 0) return withCompiled(context, governing.own)
  if (governing.latest?.version !== version) governing.latest = { version, compiled: await load(context, db, version) }
  return withCompiled(context, governing.latest.compiled)
}

function withCompiled(context: ServiceContext, compiled: CompiledCatalog): ServiceContext {
  return context.compiled === compiled ? context : { ...context, compiled }
}

// A catalog that differs in words alone stays as it came, with the words of today.
async function load({ governing, tables }: ServiceContext, db: Database, version: number): Promise<CompiledCatalog> {
  const [stored] = await readVersions(db, tables, { limit: 1, version })
  if (!stored || stored.hash === governing.own.fingerprint) return governing.own
  governing.onOther(version)
  return compileForService(parseCatalog(stored.definition))
}
