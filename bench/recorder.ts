import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { createMilestoneService } from 'milepost'
import type pg from 'pg'
import { type CatalogSpec, catalogOf } from './catalogs.js'
import { createGroupByService } from './group-by-service.js'
import { createHandMadeService, type HandMadeService } from './hand-made-service.js'
import { createHandWriter } from './hand-written-sql.js'
import { openHttpRecorder, openProgressReader } from './http-client.js'
import { openPool } from './pool.js'
import type { Recorder } from './recording.js'

/** Ways of recording completions that are compared. */
export type Way = 'milepost' | 'hand-written-sql' | 'hand-made' | 'group-by' | 'http' | 'http-progress'

export type RecorderSpec = {
  readonly way: Way
  /** The database, or with `http` the server. */
  readonly url: string
  /** With `http`: what the calls show to the server. */
  readonly key?: string
  readonly catalog: CatalogSpec
}

/** Opens a recorder with connections of its own. */
export async function openRecorder({ way, url, key = '', catalog: spec }: RecorderSpec): Promise<Recorder> {
  if (way === 'http') return openHttpRecorder({ url, key })
  if (way === 'http-progress') return openProgressReader({ url, key })
  const catalog = catalogOf(spec)
  const pool = openPool(url)
  const db = drizzle(pool)
  const close = (): Promise<void> => pool.end()
  switch (way) {
    case 'milepost':
      return { record: recordWith(db, catalog), close }
    case 'hand-written-sql':
      return openHandWritten(pool, catalog)
    case 'hand-made':
      return { record: oneByOne(createHandMadeService(db, catalog)), close }
    case 'group-by':
      return { record: oneByOne(createGroupByService(db, catalog)), close }
  }
}

type Parsed = ReturnType<typeof catalogOf>

function recordWith(db: NodePgDatabase, catalog: Parsed): Recorder['record'] {
  const service = createMilestoneService({ db, catalog })
  return async ({ completions }) => {
    // A call with one completion is what apps write for one.
    const results =
      completions.length === 1 ? [await service.record(completions[0]!)] : await service.record(completions)
    return results.reduce((count, { awarded }) => count + awarded.length, 0)
  }
}

async function openHandWritten(pool: pg.Pool, catalog: Parsed): Promise<Recorder> {
  const client = await pool.connect()
  const { rows } = await client.query<{ counted_with: string }>(
    'select counted_with from milepost.user_standings limit 1',
  )
  const writer = createHandWriter(client, { catalog, countedWith: rows[0]!.counted_with })
  return {
    record: async batch => {
      await writer.record(batch)
      return batch.badges.length
    },
    close: async () => {
      client.release()
      await pool.end()
    },
  }
}

function oneByOne(service: HandMadeService): Recorder['record'] {
  return async ({ completions }) => {
    let count = 0
    for (const completion of completions) count += (await service.record(completion)).length
    return count
  }
}
