import { readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { createMilestoneService, type MilestoneService } from '../../src/index.js'
import { openTransaction, untilBlocked } from '../races/interleaving.js'
import { describeOnEach } from '../support/databases.js'
import { catalog, lesson, lessons, read, write } from './schedule-catalogs.js'

// What can happen to the function that recording calls: each brought about by hand. A cluster calls another one.
const definition = readFileSync(new URL('../../sql/0030_record_function.sql', import.meta.url), 'utf8')
const replacement = definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION')

const onePostgres = { server: inject('postgresUrl') }

describeOnEach(
  ['pg'],
  'the function that recording calls',
  database => {
    let service: MilestoneService
    const userIds = ['ann', 'bob']
    const idsOf = async (userId: string) => [...(await service.getUserProgress(userId)).completedMilestones].sort()
    const counted = async (userId: string) =>
      (await service.getUserProgress(userId)).milestones.find(({ id }) => id === 'ten')!.current
    const send = (statement: string) => database.client.query(statement)

    beforeEach(async () => {
      service = createMilestoneService({ db: database.db, catalog })
      for (const userId of userIds) await service.record(lesson(userId, 'welcome'))
    })
    const restored = (statement: string): void => onTestFinished(async () => void (await send(statement)))

    /** A service on a pool of its own, whose connections begin with a statement. */
    const serviceWith = async (first: string): Promise<MilestoneService> => {
      const pool = new pg.Pool({ connectionString: database.url, max: 2 })
      pool.on('error', () => {})
      onTestFinished(() => pool.end())
      const clients = await Promise.all([pool.connect(), pool.connect()])
      const own = createMilestoneService({ db: drizzle(pool), catalog })
      for (const client of clients) client.release()
      await own.record(lesson('ann', 'known by the service'))
      for (const client of await Promise.all([pool.connect(), pool.connect()])) {
        await client.query(first)
        client.release()
      }
      return own
    }

    test.each(['user_progress', 'user_metrics'])('keeps nothing when it is stopped at %s', async table => {
      await send(`CREATE FUNCTION milepost.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.user_id = 'ann' THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'P0001'; END IF; RETURN NEW; END $$`)
      await send(
        `CREATE TRIGGER refuse AFTER INSERT OR UPDATE ON milepost.${table} FOR EACH ROW EXECUTE FUNCTION milepost.refuse()`,
      )
      restored('DROP FUNCTION IF EXISTS milepost.refuse() CASCADE')
      const results = await Promise.allSettled([
        service.record([lesson('bob', 'a'), lesson('ann', 'a')]),
        service.record(lesson('bob', 'b')),
      ])
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
      await send('DROP FUNCTION milepost.refuse() CASCADE')
      expect([await counted('ann'), await counted('bob')]).toEqual([1, 2])
      expect(await service.verify()).toEqual([])
    })

    test('keeps nothing when a statement timeout ends it while it waits, and says so', async () => {
      const timed = await serviceWith("SET statement_timeout = '200ms'; SET deadlock_timeout = '10s'")
      const holder = await openTransaction(database.db)
      await service.record(lesson('bob', 'held'), { db: holder.tx })
      await expect(timed.record(lesson('bob', 'a'))).rejects.toMatchObject({
        code: 'DATABASE_FAILED',
        details: { sqlState: '57014' },
      })
      await holder.commit()
      expect((await service.record(lesson('bob', 'a'))).status).toBe('recorded')
      expect(await service.verify()).toEqual([])
    })

    test('yields to the transaction of a host on a deadlock, and is then recorded', async () => {
      const host = await openTransaction(database.db)
      await service.record(lesson('ann', 'host'), { db: host.tx })
      const waiting = service.record(lesson('ann', 'x'))
      await untilBlocked(database)
      expect((await service.record(lesson('ann', 'x'), { db: host.tx })).status).toBe('recorded')
      await host.commit()
      expect((await waiting).status).toBe('duplicate')
      expect(await service.verify()).toEqual([])
    })

    test('gives up before a host that began to wait for it before it waits for the host', async () => {
      const slow = `SET deadlock_timeout = '4s'`
      const own = await serviceWith(slow)
      const lock = (userId: string) =>
        sql`SELECT FROM milepost.user_standings WHERE user_id = ${userId} FOR NO KEY UPDATE`
      const [other, host] = [await openTransaction(database.db), await openTransaction(database.db)]
      await host.tx.execute(sql.raw(slow.replace('SET', 'SET LOCAL')))
      await other.tx.execute(lock('ann'))
      await host.tx.execute(lock('bob'))
      const recording = own.record([lesson('ann', 'x'), lesson('bob', 'x')])
      await untilBlocked(database)
      const insert = sql`
      INSERT INTO milepost.user_progress (user_id, category, item_key) VALUES ('bob', 'lesson', 'x') ON CONFLICT DO NOTHING`
      // Drizzle sends it only once somebody waits for it.
      const ofHost = Promise.resolve(host.tx.execute(insert))
      await untilBlocked(database, 2)
      await other.commit()
      await expect(ofHost).resolves.toMatchObject({ rowCount: 1 })
      await host.commit()
      expect((await recording).map(({ status }) => status)).toEqual(['recorded', 'duplicate'])
      await service.checkAndAwardMilestones('bob')
      expect(await service.verify()).toEqual([])
    })

    test('is not misled by objects of a hostile schema that comes first', async () => {
      await send(`CREATE SCHEMA hostile;
      CREATE TABLE hostile.user_progress (LIKE milepost.user_progress INCLUDING ALL);
      CREATE TABLE hostile.user_standings (LIKE milepost.user_standings INCLUDING ALL);
      CREATE TABLE hostile.catalog_versions (LIKE milepost.catalog_versions INCLUDING ALL);
      CREATE FUNCTION hostile.record_3(VARIADIC text[]) RETURNS text LANGUAGE sql AS $$ SELECT 'hostile' $$;
      CREATE FUNCTION hostile.cardinality(text[]) RETURNS integer LANGUAGE sql AS $$ SELECT 0 $$;
      CREATE FUNCTION hostile.to_timestamp(double precision) RETURNS timestamptz LANGUAGE sql AS $$ SELECT '1999-01-01Z'::timestamptz $$;
      CREATE FUNCTION hostile.same(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
      CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.same);
      CREATE OPERATOR hostile.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.same);
      CREATE DOMAIN hostile.numeric AS integer;
      CREATE DOMAIN hostile.text AS varchar(3)`)
      restored('DROP SCHEMA hostile CASCADE')
      const attacked = await serviceWith(`SET search_path = hostile, pg_catalog;
      CREATE TEMPORARY TABLE user_progress (user_id text); CREATE TEMPORARY TABLE unnest (user_id text)`)
      const completedAt = new Date('2026-02-03T04:05:06Z')
      const { status, completion } = await attacked.record({ ...lesson('bob', 'attacked'), completedAt })
      expect([status, completion.completedAt]).toEqual(['recorded', completedAt])
      const { rows } = await send(`SELECT completed_at FROM milepost.user_progress WHERE item_key = 'attacked'`)
      expect(rows).toEqual([{ completed_at: completedAt }])
      expect(await counted('bob')).toBe(2)
      expect(await service.verify()).toEqual([])
    })

    test('says what to grant to a role that may not run it', async () => {
      await send('REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA milepost FROM PUBLIC')
      await send('CREATE ROLE milepost_app; GRANT USAGE ON SCHEMA milepost TO milepost_app')
      await send('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA milepost TO milepost_app')
      restored(
        'DROP OWNED BY milepost_app; DROP ROLE milepost_app; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA milepost TO PUBLIC',
      )
      const limited = await serviceWith('SET ROLE milepost_app')
      const failure: Error = await limited.record(lesson('bob', 'a')).catch(error => error)
      expect(failure).toMatchObject({ code: 'DATABASE_FAILED', details: { sqlState: '42501' } })
      expect(failure.message).toContain('Run GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA')
      await send('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA milepost TO milepost_app')
      expect((await limited.record(lesson('bob', 'a'))).status).toBe('recorded')
    })

    test('asks for a migration where it is missing', async () => {
      await send('ALTER FUNCTION milepost.record_3 RENAME TO record_3_away')
      restored('ALTER FUNCTION milepost.record_3_away RENAME TO record_3')
      const host = await openTransaction(database.db)
      for (const options of [{}, { db: host.tx }]) {
        const failure: Error = await service.record(lesson('bob', 'a'), options).catch(error => error)
        expect(failure).toMatchObject({ code: 'SCHEMA_MISSING', details: { sqlState: '42883' } })
        expect(failure.message).toContain('Run migrate(db)')
      }
    })

    test('may be replaced while it is called', async () => {
      let isDone = false
      const replacing = (async () => {
        for (; !isDone; ) await send(replacement)
      })()
      const all = userIds.flatMap(userId => [...lessons(userId, 40), read(userId), write(userId)])
      const results = await Promise.all(all.map(completion => service.record(completion)))
      isDone = true
      await replacing
      expect(results.every(({ status }) => status === 'recorded')).toBe(true)
      expect(await idsOf('ann')).toEqual(['both', 'ten'])
      expect(await service.verify()).toEqual([])
    })

    test('runs beside the function of another version, on the same users', async () => {
      await send(replacement.replace('"record_3"', '"record_4"'))
      restored('DROP FUNCTION milepost.record_4')
      const pool = new pg.Pool({ connectionString: database.url, max: 3 })
      onTestFinished(() => pool.end())
      const next = createMilestoneService({ db: drizzle(pool, { logger: false }), catalog })
      const connecting = pool as unknown as { connect: (answer?: unknown) => Promise<pg.PoolClient> }
      const connect = connecting.connect.bind(pool)
      // The pool itself connects with a function to answer to, for what calls no function.
      connecting.connect = answer => (answer ? connect(answer) : connect().then(callingNext))
      const both = userIds.flatMap(userId => lessons(userId, 30))
      const results = await Promise.all(both.map((completion, i) => (i % 2 ? next : service).record(completion)))
      expect(results.flatMap(({ awarded }) => awarded.map(({ id }) => id))).toEqual(['ten', 'ten'])
      expect([await counted('ann'), await counted('bob')]).toEqual([31, 31])
      expect(await service.verify()).toEqual([])
    })
  },
  onePostgres,
)

const isRenaming = new WeakSet<pg.PoolClient>()

/** Makes a client call the function of the next version. */
function callingNext(client: pg.PoolClient): pg.PoolClient {
  if (isRenaming.has(client)) return client
  isRenaming.add(client)
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  const renamed = (config: unknown): unknown =>
    typeof config === 'object' && config !== null && 'text' in config
      ? { ...config, text: String(config.text).replace('"record_3"', '"record_4"') }
      : config
  client.query = ((config: unknown, ...rest: unknown[]) => query(renamed(config), ...rest)) as typeof client.query
  return client
}
