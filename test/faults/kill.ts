import { expect } from 'vitest'
import type { MilestoneService } from '../../src/index.js'
import { startWorker } from '../support/workers.js'
import type { Acknowledgement, RecorderTask } from './recorder-catalog.js'

/** Lets a process record until it has acknowledged this much, kills it with SIGKILL and returns all that it acknowledged. */
export async function recordUntilKilled(task: RecorderTask, count: number): Promise<Acknowledgement[]> {
  const worker = startWorker<Acknowledgement>(new URL('./recorder.worker.ts', import.meta.url), task)
  const acknowledged: Acknowledgement[] = []
  for await (const message of worker.messages()) {
    acknowledged.push(message)
    if (acknowledged.length === count) void worker.kill()
  }
  expect(await worker.exited).toMatchObject({ signal: 'SIGKILL' })
  return acknowledged
}

/** Expects that everything acknowledged is there, and that recording it again changes nothing and names the same badges. */
export async function expectStored(service: MilestoneService, acknowledged: readonly Acknowledgement[]): Promise<void> {
  expect(await service.verify()).toEqual([])
  const held = new Map<string, readonly string[]>()
  for (const userId of new Set(acknowledged.map(({ userId }) => userId))) {
    held.set(userId, (await service.getUserProgress(userId)).completedMilestones)
  }
  expect(acknowledged.filter(({ userId, badges }) => badges.some(id => !held.get(userId)!.includes(id)))).toEqual([])
  const again = await service.record(
    acknowledged.map(({ userId, itemKey }) => ({ userId, category: 'step', itemKey, completedAt: new Date() })),
  )
  const answers = again.map(({ status, awarded }) => ({ status, badges: awarded.map(({ id }) => id) }))
  expect(answers).toEqual(acknowledged.map(({ badges }) => ({ status: 'duplicate', badges })))
}
