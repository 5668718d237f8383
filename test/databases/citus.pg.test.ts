import { sql } from 'drizzle-orm'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type Catalog,
  createMilestoneService,
  explanationText,
  type MilestoneService,
  migrate,
} from '../../src/index.js'
import { sessionOf } from '../../src/store/database/session-of.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { readAudit } from '../../src/store/studio/audit.js'
import { openGatedPool } from '../faults/gated-pool.js'
import { expectStored } from '../faults/kill.js'
import { steps } from '../faults/recorder-catalog.js'
import { names } from '../races/lists.js'
import { describeOnEach } from '../support/databases.js'
import { clusterUrl, spreadTables } from '../support/migrated-database.js'
import {
  type ClusterDatabase,
  type ClusterSteps,
  connected,
  createClusterDatabase,
} from '../support/postgres-database.js'
import { scale } from '../support/scale.js'
import { type ClusterLoad, killNode, startLoad } from './cluster-load.js'

const killCount = scale(3, 50)
const step = (userId: string, n: number) => ({ userId, category: 'step', itemKey: String(n) })

describeOnEach(
  clusterUrl ? ['pglite'] : ['pglite', 'pg'],
  'spreading tables without Citus',
  database => {
    test('is refused with the way out, and creates nothing', async () => {
      await expect(migrate(database.host.db, { distribute: true })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringContaining('CREATE EXTENSION citus'),
      })
      expect(await database.rows(sql`select from pg_namespace where nspname = 'milepost'`)).toEqual([])
    })
  },
  { migrated: false },
)

async function openCluster(given: Partial<ClusterSteps> = {}): Promise<ClusterDatabase> {
  const database = await createClusterDatabase(clusterUrl!, { spread: spreadTables, ...given })
  onTestFinished(database.drop)
  return database
}

function poolOn(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString })
  onTestFinished(() => pool.end())
  return pool
}

function serviceOn(url: string, catalog: Catalog): MilestoneService {
  return createMilestoneService({ db: poolOn(url), catalog })
}

if (clusterUrl) {
  describe('a Citus cluster', () => {
    test('takes over a database with rows while its app records, and a second call changes nothing', async () => {
      let load: ClusterLoad | undefined
      const before = async (url: string): Promise<void> => {
        await connected(url, client => migrate(client))
        load = startLoad([url])
        await load.progress(scale(100, 2_000))
      }
      const { url, nodes } = await openCluster({ before })
      expect(await migrate(poolOn(url), { distribute: true })).toEqual([])
      await load!.progress(100)
      for (const node of nodes) load!.join(node.url)
      await load!.progress(100)
      const acknowledged = await load!.stop()
      await expectStored(serviceOn(url, steps), acknowledged)
    })

    test('records a completion that earns nothing in one statement, on the node that holds the user', async () => {
      const { url, nodes } = await openCluster()
      const { rows } = await poolOn(url).query(`select nodeport from pg_dist_shard_placement
        where shardid = get_shard_id_for_distribution_column('milepost.user_progress', 'ann')`)
      const sent: string[] = []
      for (const [i, node] of nodes.entries()) {
        const { pool, setGate } = openGatedPool(node.url, 4)
        onTestFinished(() => pool.end())
        const service = createMilestoneService({ db: pool, catalog: steps })
        await service.record(step('eve', i))
        await service.record(step('ann', 3 * i))
        setGate(async statement => {
          sent.push(statement)
          return undefined
        })
        expect(await service.record(step('ann', 3 * i + 1))).toMatchObject({ status: 'recorded', awarded: [] })
        setGate()
        const plan = await pool.query(
          `explain ${sent.at(-1)!.replaceAll(/\$\d+/g, (_, at) => (at < 50 ? "'ann'" : "'{}'"))}`,
        )
        const text = JSON.stringify(plan.rows)
        // A node runs what it holds itself.
        if (node.port === rows[0].nodeport) expect(text).not.toContain('Task')
        else expect(text).toMatch(new RegExp(`Task Count: 1.*port=${rows[0].nodeport}`))
        await service.record(step('ann', 3 * i + 2))
      }
      expect(sent).toEqual(nodes.map(() => expect.stringContaining('record_user_1')))
    })

    test('answers alike through each node', async () => {
      const { nodes } = await openCluster()
      const services = nodes.map(({ url }) => serviceOn(url, steps))
      for (const [i, service] of services.entries()) {
        const others = names(`user of ${i}`, 4)
        await service.record(others.flatMap(userId => [step(userId, 0), step(userId, 1), step(userId, 2)]))
        for (const userId of others) await service.undo(step(userId, i), { reason: `by ${i}` })
        await service.awardBadge(others[0]!, 'steps-9', { reason: `by ${i}` })
      }
      const answers = await Promise.all(
        services.map(async (service, i) => ({
          board: await service.getLeaderboard({ around: 'user of 1 0' }),
          statistics: (await service.getMilestoneStatistics()).milestones,
          progress: await service.getUserProgress('user of 2 1'),
          explained: explanationText(await service.explain('user of 0 0', 'steps-3')),
          audit: await readAudit(sessionOf(poolOn(nodes[i]!.url)), tablesIn(), {
            ...{ userId: undefined, before: undefined, limit: 100 },
          }),
          drift: await service.verify(),
        })),
      )
      expect(answers[0]!.board.entries).toHaveLength(nodes.length)
      expect(answers[0]!.audit.map(({ reason }) => reason)).toEqual(
        nodes.flatMap((_, i) => Array.from({ length: 5 }, () => `by ${i}`)).reverse(),
      )
      for (const answer of answers) expect(answer).toEqual(answers[0])
    })

    test(`loses nothing and counts nothing twice while a node is killed ${killCount} times and starts again`, async () => {
      const { url, nodes } = await openCluster()
      const load = startLoad(nodes.map(node => node.url))
      for (let kill = 0; kill < killCount; kill++) {
        await load.progress(scale(30, 100))
        await killNode(nodes.at(-1 - (kill % 2))!.url, nodes)
      }
      await load.progress(30)
      await expectStored(serviceOn(url, steps), await load.stop())
    })

    test('loses nothing and counts nothing twice while a node is added and users move to it', async () => {
      const { url, nodes, addNodes } = await openCluster({ nodeCount: 2 })
      const load = startLoad(nodes.slice(0, 2).map(node => node.url))
      await load.progress(50)
      await addNodes()
      await poolOn(url).query(`select rebalance_table_shards(shard_transfer_mode => 'force_logical')`)
      const { rows } = await poolOn(url).query(
        'select distinct nodeport from pg_dist_shard_placement where nodeport = $1',
        [nodes[2]!.port],
      )
      expect(rows).toHaveLength(1)
      load.join(nodes[2]!.url)
      await load.progress(50)
      await expectStored(serviceOn(url, steps), await load.stop())
    })
  })
}
