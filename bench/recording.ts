import type { Catalog, MilestoneService } from 'milepost'
import { createHandWriter } from './hand-written-sql.js'
import type { Batch } from './load.js'
import type { Transact } from './sending.js'

/** Records batches one way, and counts the badges that they earned. */
export type Recorder = {
  readonly record: (batch: Batch) => Promise<number>
  readonly close: () => Promise<void>
}

/** Records through a service: a batch of one as a single completion, as apps write it. */
export function recordWith(service: MilestoneService): Recorder['record'] {
  return async ({ completions }) => {
    const results =
      completions.length === 1 ? [await service.record(completions[0]!)] : await service.record(completions)
    return results.reduce((count, { awarded }) => count + awarded.length, 0)
  }
}

/** Records with hand-written SQL, for users whom Milepost has counted before. */
export async function recordByHand(transact: Transact, catalog: Catalog): Promise<Recorder['record']> {
  let countedWith = ''
  await transact(async send => {
    const [row] = await send('select counted_with from milepost.user_standings limit 1')
    countedWith = String(row!.counted_with)
  })
  const writer = createHandWriter(transact, { catalog, countedWith })
  return async batch => {
    await writer.record(batch)
    return batch.badges.length
  }
}
