import type { Batch } from './load.js'

/** Records batches one way, and counts the badges that they earned. */
export type Recorder = {
  readonly record: (batch: Batch) => Promise<number>
  readonly close: () => Promise<void>
}
