import { type Catalog, createMilestoneService, type MilestoneService, migrate } from 'milepost'
import { type EmbeddedDatabase, openPglite } from 'milepost/pglite'
import { countUsers } from './known-users.js'
import type { UserRange } from './load.js'
import { type Recorder, recordByHand, recordWith } from './recording.js'
import { embeddedOn } from './sending.js'

/** Records through Milepost in a PGlite of this process, in memory, in which these users have been counted. */
export async function openEmbeddedMilepost(catalog: Catalog, users: UserRange): Promise<Recorder> {
  const { service, close } = await openKnowing(catalog, users)
  return { record: recordWith(service), close }
}

/** Records the same with hand-written SQL, through PGlite's own calls. */
export async function openEmbeddedHandWritten(catalog: Catalog, users: UserRange): Promise<Recorder> {
  const { client, close } = await openKnowing(catalog, users)
  return { record: await recordByHand(embeddedOn(client), catalog), close }
}

type Knowing = Pick<EmbeddedDatabase, 'close'> & {
  readonly client: EmbeddedDatabase['db']
  readonly service: MilestoneService
}

async function openKnowing(catalog: Catalog, users: UserRange): Promise<Knowing> {
  const { db: client, vacuum, close } = await openPglite()
  await migrate(client)
  const service = createMilestoneService({ db: client, catalog })
  await countUsers(service, users)
  await vacuum()
  return { service, client, close }
}
