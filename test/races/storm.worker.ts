import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { type Catalog, type CompletionInput, createMilestoneService, type MilestoneService } from '../../src/index.js'
import { takePathOfProcess } from '../support/record-path.js'
import { argument, receive, report } from '../support/worker-process.js'
import type { StormAnswer, StormTask } from './crew.js'
import { inLanes, pieces, randomFrom, shuffled } from './lists.js'
import { completionsOf, limitedCatalog, nextStormCatalog, processCount, stormCatalog } from './storm-catalog.js'

const connectionCount = 8

const { url, processIndex } = argument<{ url: string; processIndex: number }>()
takePathOfProcess(processIndex)
const pool = new pg.Pool({ connectionString: url, max: connectionCount })
const db = drizzle(pool)
// One service has one batch under way at a time: as many services as connections make a process race with itself.
const services = openServices(stormCatalog)
const nextServices = openServices(nextStormCatalog)
const limitedServices = openServices(limitedCatalog)
let answer = emptyAnswer()

// Every error that the server gave, those included after which the library tried again.
pool.on('connect', client => {
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter }
  connection.on('errorMessage', ({ code }: { code: string }) => answer.sqlStates.push(code))
})

report('ready')
for (let task = await receive<StormTask>(); task.type !== 'end'; task = await receive<StormTask>()) {
  answer = emptyAnswer()
  await perform(task).catch(error => answer.errors.push(String(error)))
  report(answer)
}
for (const service of [...services, ...nextServices, ...limitedServices]) await service.close()
await pool.end()

function openServices(catalog: Catalog): MilestoneService[] {
  return Array.from({ length: connectionCount }, () => {
    // A machine that is busy with the storm is slow, and in a cluster all the more.
    const service = createMilestoneService({ db, catalog, patienceMs: 10 * 60_000 })
    service.onAwarded(({ userId, badge }) => void answer.awards.push(`${userId}: ${badge.id}`))
    return service
  })
}

function emptyAnswer(): StormAnswer {
  return { awards: [], recorded: [], answers: [], sqlStates: [], errors: [] }
}

async function perform(task: Exclude<StormTask, { type: 'end' }>): Promise<void> {
  switch (task.type) {
    case 'take over targets':
      return takeOverTargets(services, task.userIds)
    case 'take over targets of two catalogs':
      return takeOverTargets(processIndex < 2 ? services : nextServices, task.userIds)
    case 'take places':
      return takePlaces(task.userIds, task.undoes)
    case 'record one key':
      return recordOneKey(task.userIds, task.callCount)
    case 'spend':
      return spend(task.userIds, task.callCount)
    case 'record batches':
      return recordBatches(task)
    case 'record and recount':
      return recordAndRecount(task.userIds)
  }
}

// The calls of one user go over two connections; those of one connection are gathered with calls of other users.
async function takeOverTargets(all: readonly MilestoneService[], userIds: readonly string[]): Promise<void> {
  const calls = userIds.flatMap((userId, i) =>
    completionsOf(processIndex, userId).map((completion, j) => record(all[(i + j) % connectionCount]!, completion)),
  )
  await Promise.all(calls)
}

// Each process has users of its own, who all reach the same badges. Some give their place back.
async function takePlaces(userIds: readonly string[], undoes: boolean): Promise<void> {
  const own = userIds.filter((_, i) => i % processCount === processIndex)
  await inLanes(own, connectionCount, async (userId, lane) => {
    const service = limitedServices[lane]!
    const completion = { userId, category: 'lesson', itemKey: 'the one' }
    const { awarded } = await service.record(completion)
    if (undoes && awarded.length > 0) await service.undo(completion, { reason: 'A test' })
  })
}

async function recordOneKey(userIds: readonly string[], callCount: number): Promise<void> {
  const calls = userIds.flatMap(userId =>
    Array.from({ length: callCount }, (_, i) =>
      record(services[i % connectionCount]!, { userId, category: 'lesson', itemKey: 'the one' }),
    ),
  )
  await Promise.all(calls)
}

// Each process wants the same orders.
async function spend(userIds: readonly string[], callCount: number): Promise<void> {
  const calls = userIds.flatMap(userId =>
    Array.from({ length: callCount }, async (_, i) => {
      const order = { currency: 'gems', amount: 3, key: `order ${i}`, reason: 'A hint' }
      const { status } = await services[i % connectionCount]!.spend(userId, order)
      answer.answers.push(`${userId} ${status}`)
    }),
  )
  await Promise.all(calls)
}

async function recordBatches({ completions, batchSize, seed }: Extract<StormTask, { type: 'record batches' }>) {
  const order = shuffled(completions, randomFrom(seed))
  if (processIndex % 2 === 1) order.reverse()
  await inLanes(pieces(order, batchSize), connectionCount, async (batch, lane) => {
    const results = await services[lane]!.record(batch)
    for (const { status, completion } of results) {
      if (status === 'recorded') answer.recorded.push(`${completion.userId} ${completion.itemKey}`)
    }
  })
}

async function recordAndRecount(userIds: readonly string[]): Promise<void> {
  const checks = userIds.map((userId, i) => services[(i + 3) % connectionCount]!.checkAndAwardMilestones(userId))
  await Promise.all([takeOverTargets(services, userIds), ...checks, services[processIndex]!.rebuild()])
}

async function record(service: MilestoneService, completion: CompletionInput): Promise<void> {
  const { status, awarded } = await service.record(completion)
  const badges = awarded.map(({ id }) => id).sort()
  answer.answers.push(`${completion.userId} ${status}: ${badges.join()}`)
}
