import { parseCatalog } from '../../src/index.js'

/** A badge every third step, so that few recordings lie between two of them. */
export const steps = parseCatalog({
  milestones: Array.from({ length: 300 }, (_, i) => ({
    id: `steps-${3 * (i + 1)}`,
    title: `Steps ${3 * (i + 1)}`,
    requirement: { type: 'count', category: 'step', target: 3 * (i + 1) },
    reward: { points: 5 },
  })),
})

/** What a recording process works on: a server's database or PGlite's folder. `name` begins the ids of its users. */
export type RecorderTask = { readonly name: string; readonly url?: string; readonly folder?: string }

/** What a recording process was told was stored. */
export type Acknowledgement = {
  readonly userId: string
  readonly itemKey: string
  readonly badges: readonly string[]
}
