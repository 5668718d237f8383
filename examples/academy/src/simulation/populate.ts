import type { Academy } from '../server/academy.js'
import { addSimulated, beginSimulation, endSimulation } from '../server/learners.js'
import { simulate } from './simulate.js'

const seed = 1
/** How many learners are simulated. */
export const simulatedCount = 320
/** So many at a time, so that the pages stay quick meanwhile. */
const groupSize = 20

export type Populating = {
  readonly academy: Academy
  /** Hears how many of the simulated learners are there. */
  readonly onProgress: (doneCount: number) => void
  readonly signal: AbortSignal
}

/** Brings the simulated learners in, once. Stopped at any point, the next start goes on with the same ones. */
export async function populate({ academy, onProgress, signal }: Populating): Promise<void> {
  const { db, service, now } = academy
  const { until, isDone } = await beginSimulation(db, seed, now())
  if (isDone) return onProgress(simulatedCount)
  const { learners, completions } = simulate({ seed, learnerCount: simulatedCount, until })
  await addSimulated(db, learners)
  for (let place = 0; place < learners.length; place += groupSize) {
    if (signal.aborted) return
    const group = new Set(learners.slice(place, place + groupSize).map(({ userId }) => userId))
    const rows = completions.filter(({ userId }) => group.has(userId))
    await service.importCompletions(rows, mapping)
    onProgress(Math.min(place + groupSize, learners.length))
  }
  await endSimulation(db, seed)
}

const mapping = {
  userId: 'userId',
  category: 'category',
  itemKey: 'itemKey',
  completedAt: 'completedAt',
  metadata: 'metadata',
} as const
