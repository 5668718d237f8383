import { alternate, type Round } from './alternation.js'
import { type Lab, turnsOf } from './lab.js'
import type { WriterSpec } from './writer.js'
import { startWriter, type WriterProcess } from './writer-process.js'

/** Writers that record at the same time, each in a process of its own, and how many batches each records in a round. */
export type CrewSpec = {
  readonly writers: readonly WriterSpec[]
  readonly batchCount: number
  /** Hears how the calls of the first writer went in each round. */
  readonly onSlice?: (slice: { readonly p99Ms: number }) => void
}

/** Lets crews record by turns and returns their completions a second. */
export async function alternateCrews(lab: Lab, specs: readonly CrewSpec[]): Promise<readonly Round[]> {
  const crews: Crew[] = []
  try {
    for (const spec of specs) crews.push(await startCrew(spec))
    return await alternate(
      crews.map(crew => crew.record),
      turnsOf(lab),
    )
  } finally {
    for (const crew of crews) await crew.close()
  }
}

type Crew = {
  /** Records with all writers at once and returns their completions a second, all together. */
  readonly record: () => Promise<number>
  readonly close: () => Promise<void>
}

async function startCrew({ writers: specs, batchCount, onSlice }: CrewSpec): Promise<Crew> {
  const writers: WriterProcess[] = []
  for (const spec of specs) writers.push(await startWriter(spec))
  const completionCount = specs.reduce((count, { batchSize }) => count + batchCount * batchSize, 0)
  return {
    record: async () => {
      const startsAt = nextSlice()
      await Promise.all(writers.map(writer => writer.prepare(batchCount, startsAt)))
      const times = await Promise.all(writers.map(writer => writer.run()))
      onSlice?.(times[0]!)
      const startMs = Math.min(...times.map(time => time.startMs))
      const endMs = Math.max(...times.map(time => time.endMs))
      return (completionCount * 1000) / (endMs - startMs)
    },
    close: async () => {
      for (const writer of writers) await writer.close()
    },
  }
}

const sliceMs = 60_000
let sliceCount = 0

/**
 * The time at which the completions of the next slice begin: later than all that came before, no matter who recorded them, so
 * that no badge rests on completions that arrive late.
 */
function nextSlice(): Date {
  sliceCount += 1
  return new Date(Date.UTC(2025, 0, 1) + sliceCount * sliceMs)
}
