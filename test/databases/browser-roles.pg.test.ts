import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMilestoneService, migrate, parseCatalog } from '../../src/index.js'
import { type PostgresServer, startPostgres } from '../support/postgres-server.js'

/** As Supabase sets up a project: roles of its API, and what they get of everything made in `public`. */
const supabase = [
  'create role anon nologin noinherit',
  'create role authenticated nologin noinherit',
  'create role service_role nologin noinherit bypassrls',
  "create role authenticator noinherit login password 'x'",
  'grant anon, authenticated, service_role to authenticator',
  'grant usage on schema public to postgres, anon, authenticated, service_role',
  'alter default privileges in schema public grant all on tables to postgres, anon, authenticated, service_role',
  'alter default privileges in schema public grant all on functions to postgres, anon, authenticated, service_role',
  'alter default privileges in schema public grant all on sequences to postgres, anon, authenticated, service_role',
]

const catalog = parseCatalog({
  milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } }],
})

let server: PostgresServer
let owner: pg.Pool
let api: pg.Pool

beforeAll(async () => {
  server = await startPostgres({ settings: { fsync: 'off' } })
  owner = new pg.Pool({ connectionString: server.url('postgres') })
  for (const statement of supabase) await owner.query(statement)
  api = new pg.Pool({ connectionString: server.url('postgres').replace('postgres@', 'authenticator@'), max: 1 })
})
afterAll(async () => {
  // The server may end a connection before it has read that the pool is ending it.
  for (const pool of [owner, api]) pool?.on('error', () => {})
  await Promise.all([owner?.end(), api?.end()])
  await server?.stop()
})

async function refusals(role: string, schema: string): Promise<readonly string[]> {
  const tables = await owner.query(
    `select format('select 1 from %s', oid::regclass) as text from pg_class where relnamespace = $1::regnamespace and relkind = 'r'
     union all select format('insert into %s default values', oid::regclass) from pg_class where relnamespace = $1::regnamespace and relkind = 'r'
     union all select format('delete from %s', oid::regclass) from pg_class where relnamespace = $1::regnamespace and relkind = 'r'
     union all select format('select nextval(%L)', oid::regclass) from pg_class where relnamespace = $1::regnamespace and relkind = 'S'
     union all select format('select %s(%s)', p.oid::regproc, (select string_agg(format('null::%s', t), ', ') from unnest(string_to_array(oidvectortypes(p.proargtypes), ', ')) as t))
       from pg_proc as p where p.pronamespace = $1::regnamespace`,
    [schema],
  )
  const allowed: string[] = []
  await api.query(`set role ${role}`)
  for (const { text } of tables.rows) {
    const error = await api.query(text).then(
      () => null,
      (reason: { code?: string }) => reason,
    )
    if (error?.code !== '42501') allowed.push(`${text}: ${JSON.stringify(error)}`)
  }
  await api.query('reset role')
  expect(tables.rows.length).toBeGreaterThan(60)
  return allowed
}

test.each(['milepost', 'public'])(
  'the tables and functions in schema %s are closed to anon and authenticated',
  async schema => {
    await migrate(owner, { schema })
    expect(await refusals('anon', schema)).toEqual([])
    expect(await refusals('authenticated', schema)).toEqual([])
    const service = createMilestoneService({ db: owner, catalog, schema })
    expect((await service.record({ userId: 'ann', category: 'lesson', itemKey: 'a' })).awarded).toHaveLength(1)
    expect((await service.record({ userId: 'ann', category: 'lesson', itemKey: 'b' })).status).toBe('recorded')
  },
)

test('what the host grants after that stays granted', async () => {
  await migrate(owner)
  await owner.query('grant usage on schema milepost to authenticated')
  await owner.query('grant select on milepost.user_standings to authenticated')
  expect(await migrate(owner)).toEqual([])
  await api.query('set role authenticated')
  await expect(api.query('select 1 from milepost.user_standings')).resolves.toBeDefined()
  await expect(api.query('select 1 from milepost.user_progress')).rejects.toThrow('permission denied')
  await api.query('reset role')
})
