import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { createMilestoneService, type MilestoneService } from '../../src/index.js'
import { catalog, lessons, read, write } from '../hazards/schedule-catalogs.js'
import { recordByTurns } from '../races/both-paths.js'
import { describeOnEach, everyDriver, type TestDatabase } from '../support/databases.js'
import { onEachNode } from './on-each-node.js'

recordByTurns()

// A trigger raises the error inside the database, so that every driver meets it: at each write, and at COMMIT.
const places = {
  'storing completions': `BEFORE INSERT ON milepost.user_progress FOR EACH ROW WHEN (NEW.category = 'read')`,
  'making a user known': 'BEFORE INSERT ON milepost.user_standings FOR EACH ROW',
  'raising metrics': 'BEFORE INSERT OR UPDATE ON milepost.user_metrics FOR EACH ROW',
  'storing badges': `BEFORE INSERT ON milepost.user_progress FOR EACH ROW WHEN (NEW.category = 'milestone_badge')`,
  'writing standings': 'BEFORE UPDATE ON milepost.user_standings FOR EACH ROW',
  committing: 'AFTER INSERT ON milepost.user_metrics DEFERRABLE INITIALLY DEFERRED FOR EACH ROW',
}

describeOnEach(everyDriver, 'an error that the database raises', database => {
  let service: MilestoneService
  beforeEach(() => {
    service = createMilestoneService({ db: database.db, catalog })
  })
  const record = () => service.record([...lessons('ann', 10), read('ann'), write('ann')])
  const idsIn = (results: Awaited<ReturnType<typeof record>>) =>
    results.flatMap(({ status, awarded }) => (status === 'recorded' ? awarded.map(({ id }) => id) : []))

  test.each(Object.entries(places))('is not seen by the caller if it is temporary, when %s', async (_, place) => {
    for (const sqlState of ['40001', '40P01', '55P03']) {
      await database.clear()
      await raiseAt(database, { place, sqlState, times: 1 })
      expect(idsIn(await record())).toEqual(['ten', 'both'])
      await stopRaising(database)
    }
    expect(await service.verify()).toEqual([])
  })

  test.each(Object.entries(places))(
    'reaches the caller and leaves nothing behind if it is permanent, when %s',
    async (_, place) => {
      await raiseAt(database, { place, sqlState: '23514', times: 1_000 })
      await expect(record()).rejects.toMatchObject({ code: 'DATABASE_FAILED', details: { sqlState: '23514' } })
      await stopRaising(database)
      const rows = await database.rows(sql`SELECT user_id FROM milepost.user_progress WHERE user_id = 'ann'
      UNION ALL SELECT user_id FROM milepost.user_metrics WHERE user_id = 'ann'
      UNION ALL SELECT user_id FROM milepost.user_standings WHERE user_id = 'ann'`)
      expect(rows).toEqual([])
      expect(idsIn(await record())).toEqual(['ten', 'both'])
      expect(await service.verify()).toEqual([])
    },
  )

  test('of one caller among many that are gathered reaches that caller alone', async () => {
    const place = `BEFORE INSERT ON milepost.user_progress FOR EACH ROW WHEN (NEW.item_key = 'bad')`
    await raiseAt(database, { place, sqlState: '23514', times: 1_000 })
    const calls = Array.from({ length: 30 }, (_, i) =>
      service.record(read(i % 2 ? 'ann' : `user ${i}`, i === 17 ? 'bad' : String(i))),
    )
    const outcomes = await Promise.allSettled(calls)
    await stopRaising(database)
    expect(outcomes.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([17])
    expect(await service.verify()).toEqual([])
  })
})

type Raising = { readonly place: string; readonly sqlState: string; readonly times: number }

/** Counts by a sequence, which a rollback does not set back. */
async function raiseAt(database: TestDatabase, { place, sqlState, times }: Raising): Promise<void> {
  const trigger = place.includes('DEFERRED') ? 'CONSTRAINT TRIGGER' : 'TRIGGER'
  await onEachNode(database, 'CREATE SEQUENCE milepost.raised')
  for (const statement of [
    `CREATE OR REPLACE FUNCTION milepost.raise_error() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('milepost.raised') <= ${times} THEN RAISE 'no' USING ERRCODE = '${sqlState}'; END IF;
      RETURN NEW;
    END $$`,
    `CREATE ${trigger} raise_error ${place} EXECUTE FUNCTION milepost.raise_error()`,
  ]) {
    await database.rows(sql.raw(statement))
  }
}

async function stopRaising(database: TestDatabase): Promise<void> {
  await database.rows(sql`DROP FUNCTION milepost.raise_error() CASCADE`)
  await onEachNode(database, 'DROP SEQUENCE milepost.raised')
}
