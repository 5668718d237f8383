import { Pool as NeonPool, neonConfig } from '@neondatabase/serverless'
import { createClient as createVercelClient, createPool as createVercelPool } from '@vercel/postgres'
import { sql } from 'drizzle-orm'
import { drizzle as drizzleNeon } from 'drizzle-orm/neon-serverless'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js'
import { drizzle as drizzleVercel } from 'drizzle-orm/vercel-postgres'
import { drizzle as drizzleNeon1 } from 'drizzle-orm-1/neon-serverless'
import { drizzle as drizzlePg1 } from 'drizzle-orm-1/node-postgres'
import { drizzle as drizzlePostgresJs1 } from 'drizzle-orm-1/postgres-js'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { createMilestoneService, type Database } from '../../src/index.js'
import { catalog, lessons, read } from '../hazards/schedule-catalogs.js'
import { describeOnEach } from '../support/databases.js'
import { connected } from '../support/postgres-database.js'
import { startWebSocketProxy, type WebSocketProxy } from './hosts/websocket-proxy.js'

type Opened = { readonly db: Database; readonly end: () => Promise<unknown> }
const connectionCount = 8

const openings: Readonly<Record<string, (url: string) => Opened>> = {
  'the Pool of pg': url => ending(new pg.Pool({ connectionString: url, max: connectionCount })),
  'postgres.js': url => ending(postgres(url, { max: connectionCount, onnotice: () => {} })),
  "Neon's Pool": url => ending(new NeonPool({ connectionString: url, max: connectionCount })),
  "Vercel's pool": url => ending(vercelPool(url)),
  'Drizzle over the Pool of pg': url => {
    const client = new pg.Pool({ connectionString: url, max: connectionCount })
    return { db: drizzlePg({ client }), end: () => client.end() }
  },
  'Drizzle over postgres.js': url => {
    const client = postgres(url, { max: connectionCount, onnotice: () => {} })
    return { db: drizzlePostgresJs({ client }), end: () => client.end() }
  },
  "Drizzle over Neon's Pool": url => {
    const client = new NeonPool({ connectionString: url, max: connectionCount })
    return { db: drizzleNeon({ client }), end: () => client.end() }
  },
  "Drizzle over Vercel's pool": url => {
    const client = vercelPool(url)
    return { db: drizzleVercel({ client }), end: () => client.end() }
  },
  'Drizzle 1 over the Pool of pg': url => {
    const client = new pg.Pool({ connectionString: url, max: connectionCount })
    return { db: drizzlePg1({ client }), end: () => client.end() }
  },
  'Drizzle 1 over postgres.js': url => {
    const client = postgres(url, { max: connectionCount, onnotice: () => {} })
    return { db: drizzlePostgresJs1({ client }), end: () => client.end() }
  },
  "Drizzle 1 over Neon's Pool": url => {
    const client = new NeonPool({ connectionString: url, max: connectionCount })
    return { db: drizzleNeon1({ client }), end: () => client.end() }
  },
}

function ending(client: Database & { end: () => Promise<unknown> }): Opened {
  return { db: client, end: () => client.end() }
}

// It only takes hosts with such a name. The proxy knows where to connect.
function vercelPool(url: string) {
  return createVercelPool({ connectionString: url.replace(/@[^/]*/, '@test-pooler.local'), max: connectionCount })
}

// Every recording waits in its transaction for as long as somebody holds lock 2, and holds lock 1 meanwhile.
const holdingBack = `
  CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_xact_lock_shared(1);
    WHILE NOT pg_try_advisory_xact_lock_shared(2) LOOP PERFORM pg_sleep(0.01); END LOOP;
    RETURN NULL;
  END $$;
  CREATE TRIGGER hold_back AFTER INSERT ON milepost.user_progress EXECUTE FUNCTION hold_back()`
const heldBack = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

describeOnEach(['pg'], 'a database with eight connections', database => {
  let proxy: WebSocketProxy
  beforeAll(async () => {
    proxy = await startWebSocketProxy(database.url)
    useProxy(neonConfig, proxy)
    // Vercel's package has a copy of Neon's, and does not export its settings.
    const { neonConfig: ofOneClient } = createVercelClient({ connectionString: database.url })
    useProxy(ofOneClient.constructor, proxy)
    await connected(database.url, client => client.query(holdingBack))
  })
  afterAll(() => proxy.close())

  describe.each(Object.keys(openings))('%s', name => {
    let opened: Opened
    beforeAll(() => {
      opened = openings[name]!(database.url)
    })
    afterAll(() => opened.end())

    test('runs eight of eight recordings at once', async () => {
      const service = createMilestoneService({ db: opened.db, catalog })
      const users = Array.from({ length: connectionCount }, (_, i) => `user ${i}`)
      const results = await connected(database.url, async client => {
        await client.query('SELECT pg_advisory_lock(2)')
        // So many completions of one call are not gathered with others.
        const recordings = users.map(user => service.record(lessons(user, 100)))
        await expect.poll(async () => (await client.query(heldBack)).rowCount).toBe(connectionCount)
        await client.query('SELECT pg_advisory_unlock(2)')
        return Promise.all(recordings)
      })
      expect(results.flat().filter(({ status }) => status === 'recorded')).toHaveLength(800)
      expect(await service.getUserProgress('user 7')).toMatchObject({ completedMilestones: ['ten'], totalPoints: 10 })
      await service.record(read('ann'))
      expect(await database.rows(sql`SELECT FROM milepost.user_standings`)).toHaveLength(9)
    })
  })
})

function useProxy(config: object, { address }: WebSocketProxy): void {
  Object.assign(config, {
    webSocketConstructor: WebSocket,
    wsProxy: () => address,
    useSecureWebSocket: false,
    pipelineTLS: false,
    pipelineConnect: false,
  })
}
