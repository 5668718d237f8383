import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'milepost'
import type pg from 'pg'
import { administer, type ClusterDatabase, createClusterDatabase } from '../../test/support/postgres-database.js'
import { alternate, compare } from '../alternation.js'
import { nextSlice } from '../crew.js'
import { atLeast, type Figure, withoutTarget } from '../figure.js'
import { countUsers, usualCatalog } from '../known-users.js'
import { type Lab, serviceOn, settle, turnsOf } from '../lab.js'
import { openPool } from '../pool.js'
import type { Study } from '../study.js'
import { ratesDetail, short } from '../wording.js'
import { startWriter, type WriterProcess } from '../writer-process.js'
import { addedUse, type NodeUse, noUse, useOf } from './cluster-nodes.js'

const names = [
  'single calls on a cluster of three nodes',
  'CPU of a completion on one node of a cluster',
  'CPU of a completion on three nodes of a cluster',
  'statements of single calls that go to one shard',
] as const

const users = { first: 0, count: 2_000 }
const callerCount = 16

/** Makes the study of a cluster. `coordinator`: its url. */
export function clusterOf(coordinator: string): Study {
  return { names, measure: lab => measure(lab, coordinator) }
}

/** Where single calls are recorded: a database of some nodes, and what it has done since the first round that counts. */
type Side = {
  readonly database: ClusterDatabase
  readonly pools: readonly pg.Pool[]
  readonly writer: WriterProcess
  readonly uses: NodeUse[]
  roundCount: number
  readonly warmUpCount: number
}

async function measure(lab: Lab, coordinator: string): Promise<readonly Figure[]> {
  const callCount = lab.isQuick ? 800 : 4_000
  const turns = turnsOf(lab)
  const one = await openSide(coordinator, 1, turns.warmUpCount)
  const three = await openSide(coordinator, 3, turns.warmUpCount)
  try {
    const run = (side: Side) => () => recordOn(side, callCount)
    const comparison = compare(await alternate([run(three), run(one)], turns), 0, 1)
    const unit = 'of the throughput on one node'
    return [
      withoutTarget({ figure: names[0], value: comparison.ratio, unit, detail: ratesDetail(comparison) }),
      cpuFigure(names[1], one, callCount),
      cpuFigure(names[2], three, callCount),
      sharesOf([one, three]),
    ]
  } finally {
    for (const side of [one, three]) await closeSide(side)
  }
}

async function openSide(coordinator: string, nodeCount: number, warmUpCount: number): Promise<Side> {
  const database = await createClusterDatabase(coordinator, {
    nodeCount,
    spread: async url => {
      const pool = openPool(url)
      await migrate(drizzle(pool), { distribute: true })
      await pool.end()
    },
  })
  const nodes = database.nodes.slice(0, nodeCount)
  // The other nodes get it from the coordinator.
  const name = new URL(database.url).pathname.slice(1)
  await administer(database.url, `alter database "${name}" set citus.enable_stat_counters = on`)
  const pools = nodes.map(({ url }) => openPool(url))
  const site = { url: database.url, pool: pools[0]! }
  await countUsers(serviceOn(site, usualCatalog), users)
  await settle(site)
  const load = { seed: nodeCount, users, part: 0, partCount: 1 }
  const writer = await startWriter({
    ...{ way: 'milepost', url: database.url, catalog: usualCatalog, load, batchSize: 1, callerCount },
  } as const)
  return { database, pools, writer, uses: nodes.map(() => noUse), roundCount: 0, warmUpCount }
}

async function recordOn(side: Side, callCount: number): Promise<number> {
  const { pools, writer, uses, warmUpCount } = side
  await writer.prepare(callCount, nextSlice())
  const before = await Promise.all(pools.map(useOf))
  const { startMs, endMs } = await writer.run()
  const after = await Promise.all(pools.map(useOf))
  side.roundCount += 1
  if (side.roundCount > warmUpCount) {
    for (const [i, use] of uses.entries()) uses[i] = addedUse(before[i]!, after[i]!, use)
  }
  return (callCount * 1_000) / (endMs - startMs)
}

async function closeSide({ database, pools, writer }: Side): Promise<void> {
  await writer.close()
  for (const pool of pools) await pool.end()
  await database.drop()
}

function cpuFigure(figure: string, { uses, roundCount, warmUpCount }: Side, callCount: number): Figure {
  const each = uses.map(({ cpuMs }) => (cpuMs * 1_000) / ((roundCount - warmUpCount) * callCount))
  const value = each.reduce((sum, own) => sum + own, 0)
  const detail = each.map((own, i) => `${i === 0 ? 'coordinator' : `worker ${i}`} ${short(own)}`).join(', ')
  return withoutTarget({ figure, value, unit: 'µs of the database', detail })
}

function sharesOf(sides: readonly Side[]): Figure {
  const uses = sides.flatMap(side => side.uses)
  const single = uses.reduce((sum, { singleShardCount }) => sum + singleShardCount, 0)
  const multi = uses.reduce((sum, { multiShardCount }) => sum + multiShardCount, 0)
  const detail = `${short(single)} to one shard, ${short(multi)} to several, counted by all nodes`
  return atLeast(1, { figure: names[3], value: single / (single + multi), unit: 'of all', detail })
}
