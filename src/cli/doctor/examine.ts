import { tablesIn } from '../../store/schema/tables.js'
import type { Call } from '../command.js'
import { type DatabaseAddress, databaseAddress } from '../database-address.js'
import { describeFailure } from '../failure.js'
import { type OpenDatabase, openDatabase } from '../open-database.js'
import { defaultZoneOf } from '../options.js'
import { catalogFileFinding, catalogInEffectFinding, type ExaminedCatalog } from './catalog.js'
import { databaseFindings, type Examined } from './database.js'
import { broken, type Finding, fine } from './finding.js'
import { followedFindings } from './followed.js'
import { driverFinding, packageFindings } from './packages.js'
import { poolerFinding } from './pooler.js'
import { userZonesFinding, zoneFinding } from './zones.js'

/** Looks at everything that Milepost needs, from the packages to the catalog in effect. Writes nothing. */
export async function examine(call: Call): Promise<readonly Finding[]> {
  const folder = process.cwd()
  const address = databaseAddress(call)
  const catalog = await catalogFileFinding(call.args.texts.catalog, folder)
  return [
    ...packageFindings(folder, process.versions.node),
    zoneFinding(defaultZoneOf(call).defaultTimeZone, process.versions.tz),
    catalog.finding,
    driverFinding(address, folder),
    ...(await connectionFindings(call, address, catalog)),
  ]
}

async function connectionFindings(
  call: Call,
  address: DatabaseAddress,
  { catalog }: ExaminedCatalog,
): Promise<readonly Finding[]> {
  let opened: OpenDatabase | undefined
  try {
    opened = await openDatabase(address, { mayCreate: false })
    const { schema } = call.args.texts
    const examined = { db: opened.db, tables: tablesIn(schema), schema }
    const found = await databaseFindings(examined)
    const isUsable = found.every(({ status }) => status !== 'problem')
    return [
      fine('connection', address.type === 'folder' ? address.folder : 'the server answers'),
      ...found,
      ...(address.type === 'server' ? [await poolerOf(opened, address)] : []),
      ...(isUsable ? await contentFindings(examined, catalog) : []),
    ]
  } catch (error) {
    const { message, advice } = describeFailure(error)
    return [broken('connection', message.split('\n')[0]!, advice ?? 'Check --database or DATABASE_URL.')]
  } finally {
    await opened?.close()
  }
}

async function contentFindings(examined: Examined, catalog: ExaminedCatalog['catalog']): Promise<readonly Finding[]> {
  return [
    await catalogInEffectFinding(examined, catalog),
    await userZonesFinding(examined),
    ...(await followedFindings(examined)),
  ]
}

async function poolerOf({ db }: Pick<OpenDatabase, 'db'>, address: DatabaseAddress): Promise<Finding> {
  const other = await openDatabase(address, { mayCreate: false })
  try {
    return await poolerFinding(db, other.db)
  } finally {
    await other.close()
  }
}
