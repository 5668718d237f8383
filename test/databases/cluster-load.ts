import { setTimeout as rest } from 'node:timers/promises'
import pg from 'pg'
import { createMilestoneService, type MilestoneService, type RecordResult } from '../../src/index.js'
import { type Acknowledgement, steps } from '../faults/recorder-catalog.js'
import { names } from '../races/lists.js'
import { type ClusterNode, connected } from '../support/postgres-database.js'

/** Recorders that go on through every fault, as the app of a host does: what failed is sent again, by the next node. */
export type ClusterLoad = {
  /** Waits until so many more completions are acknowledged. */
  readonly progress: (count: number) => Promise<void>
  /** Also records through this node from now on. */
  readonly join: (url: string) => void
  /** Ends the recorders and returns all that was acknowledged. */
  readonly stop: () => Promise<readonly Acknowledgement[]>
}

const laneCount = 6

/** Starts recorders on some nodes. Each has two users, and records for one or both. */
export function startLoad(urls: readonly string[]): ClusterLoad {
  const pools = urls.map(openPool)
  const services = pools.map(db => createMilestoneService({ db, catalog: steps }))
  const acknowledged: Acknowledgement[] = []
  let isOver = false
  let tell = (): void => {}

  const lane = async (name: string, first: number): Promise<void> => {
    const users = names(`${name} user`, 2)
    for (let i = 0; !isOver; i++) {
      const chosen = i % 3 === 0 ? users : [users[i % 2]!]
      const completions = chosen.map(userId => ({ userId, category: 'step', itemKey: String(i) }))
      const results = await recordAnyhow(services, first + i, completions)
      acknowledged.push(...results.map(acknowledgement))
      tell()
    }
  }
  const lanes = Promise.all(names('lane', laneCount).map(lane))
  return {
    progress: async count => {
      const wanted = acknowledged.length + count
      while (acknowledged.length < wanted) await Promise.race([lanes, new Promise<void>(resolve => (tell = resolve))])
    },
    join: url => {
      const pool = openPool(url)
      pools.push(pool)
      services.push(createMilestoneService({ db: pool, catalog: steps }))
    },
    stop: async () => {
      isOver = true
      await lanes
      for (const pool of pools) await pool.end()
      return acknowledged
    },
  }
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4 })
  // Without a listener, a connection that the server ends would end this process.
  pool.on('error', () => {})
  return pool
}

type Step = { readonly userId: string; readonly category: string; readonly itemKey: string }

const passing: readonly unknown[] = ['DATABASE_FAILED', 'USER_BUSY', 'CONNECTION_BUSY']

async function recordAnyhow(
  services: readonly MilestoneService[],
  first: number,
  completions: readonly Step[],
): Promise<readonly RecordResult[]> {
  for (let turn = first; ; turn++) {
    try {
      return await services[turn % services.length]!.record(completions)
    } catch (error) {
      if (!passing.includes((error as { code?: unknown }).code)) throw error
      await rest(20)
    }
  }
}

function acknowledgement({ completion: { userId, itemKey }, awarded }: RecordResult): Acknowledgement {
  return { userId, itemKey, badges: awarded.map(({ id }) => id) }
}

/**
 * Kills a node as an out-of-memory killer does: all its processes end at once, and it starts again from its log. Returns
 * when all nodes have finished what the fault left half committed, which they else do once a minute.
 */
export async function killNode(url: string, nodes: readonly ClusterNode[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  await client.query(`copy (select) to program 'kill -9 $PPID'`).catch(() => {})
  for (const node of nodes) while (!(await isRecovered(node.url))) await rest(50)
}

async function isRecovered(url: string): Promise<boolean> {
  try {
    await connected(url, client => client.query('select recover_prepared_transactions()'))
    return true
  } catch {
    return false
  }
}
