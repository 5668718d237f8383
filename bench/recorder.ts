import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { type Catalog, createMilestoneService } from 'milepost'
import type { PoolClient } from 'pg'
import { type CatalogSpec, catalogOf } from './catalogs.js'
import { openEmbeddedHandWritten, openEmbeddedMilepost } from './embedded-recorder.js'
import { createGroupByService } from './group-by-service.js'
import { createHandMadeService, type HandMadeService } from './hand-made-service.js'
import { openHttpRecorder, openProgressReader } from './http-client.js'
import { openJobQueue } from './job-queue.js'
import type { LoadSpec } from './load.js'
import { openPool } from './pool.js'
import { type Recorder, recordByHand, recordWith } from './recording.js'
import { preparedOn, type Transact, unpreparedOn } from './sending.js'

/** Ways of recording completions that are compared. */
export type Way =
  | 'milepost'
  | 'hand-written-sql'
  | 'prepared-sql'
  | 'embedded-milepost'
  | 'embedded-sql'
  | 'job-queue'
  | 'hand-made'
  | 'group-by'
  | 'http'
  | 'http-progress'

export type RecorderSpec = {
  readonly way: Way
  /** The database, or with `http` the server; empty with an embedded database. */
  readonly url: string
  /** With `http`: what the calls show to the server. */
  readonly key?: string
  readonly catalog: CatalogSpec
  readonly load: LoadSpec
}

/** Opens a recorder with connections of its own. */
export async function openRecorder({ way, url, key = '', catalog: spec, load }: RecorderSpec): Promise<Recorder> {
  const catalog = catalogOf(spec)
  switch (way) {
    case 'milepost':
      return openMilepost(url, catalog)
    case 'hand-written-sql':
      return openHandWritten(url, catalog, unpreparedOn)
    case 'prepared-sql':
      return openHandWritten(url, catalog, preparedOn)
    case 'embedded-milepost':
      return openEmbeddedMilepost(catalog, load.users)
    case 'embedded-sql':
      return openEmbeddedHandWritten(catalog, load.users)
    case 'job-queue':
      return openJobQueue(url)
    case 'hand-made':
      return openHandMade(url, catalog, createHandMadeService)
    case 'group-by':
      return openHandMade(url, catalog, createGroupByService)
    case 'http':
      return openHttpRecorder({ url, key })
    case 'http-progress':
      return openProgressReader({ url, key })
  }
}

function openMilepost(url: string, catalog: Catalog): Recorder {
  const pool = openPool(url)
  const service = createMilestoneService({ db: drizzle(pool), catalog })
  return { record: recordWith(service), close: () => pool.end() }
}

async function openHandWritten(
  url: string,
  catalog: Catalog,
  transactOn: (client: PoolClient) => Transact,
): Promise<Recorder> {
  const pool = openPool(url)
  const client = await pool.connect()
  const record = await recordByHand(transactOn(client), catalog)
  return {
    record,
    close: async () => {
      client.release()
      await pool.end()
    },
  }
}

type CreateHandMade = (db: NodePgDatabase, catalog: Catalog) => HandMadeService

function openHandMade(url: string, catalog: Catalog, create: CreateHandMade): Recorder {
  const pool = openPool(url)
  const service = create(drizzle(pool), catalog)
  return {
    record: async ({ completions }) => {
      let count = 0
      for (const completion of completions) count += (await service.record(completion)).length
      return count
    },
    close: () => pool.end(),
  }
}
