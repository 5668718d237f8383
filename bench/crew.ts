import { alternate, type Round } from './alternation.js'
import { type Lab, turnsOf } from './lab.js'
import type { WriterSpec } from './writer.js'
import { startWriter, type WriterProcess } from './writer-process.js'

/** Writers that record at the same time, each in a process of its own, and how many batches each records in a round. */
export type CrewSpec = {
  readonly writers: readonly WriterSpec[]
  readonly batchCount: number
  /** Receives how each round went: the calls of the first writer, and the CPU time per completion of the whole crew. */
  readonly onSlice?: (slice: { readonly p99Ms: number; readonly cpuMsEach: number }) => void
  /** Reads the CPU time of the process that records, if the writers only call it. */
  readonly cpuMs?: () => Promise<number>
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

async function startCrew({ writers: specs, batchCount, onSlice, cpuMs }: CrewSpec): Promise<Crew> {
  const writers: WriterProcess[] = []
  for (const spec of specs) writers.push(await startWriter(spec))
  const completionCount = specs.reduce((count, { batchSize }) => count + batchCount * batchSize, 0)
  return {
    record: async () => {
      const startsAt = nextSlice()
      await Promise.all(writers.map(writer => writer.prepare(batchCount, startsAt)))
      const cpuBefore = await cpuMs?.()
      const times = await Promise.all(writers.map(writer => writer.run()))
      const usedMs = cpuMs ? (await cpuMs()) - cpuBefore! : times.reduce((sum, time) => sum + time.cpuMs, 0)
      onSlice?.({ p99Ms: times[0]!.p99Ms, cpuMsEach: usedMs / completionCount })
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
export function nextSlice(): Date {
  sliceCount += 1
  return new Date(Date.UTC(2025, 0, 1) + sliceCount * sliceMs)
}
