import { usualCatalog, usualUsers } from './known-users.js'
import type { WriterSpec } from './writer.js'

/** Makes the writers of a comparison on the usual users. Each gets its own share of the badges. */
export function usualWriters(
  writers: readonly (Pick<WriterSpec, 'way' | 'url' | 'batchSize' | 'callerCount'> & { readonly key?: string })[],
): WriterSpec[] {
  return writers.map((writer, part) => {
    const load = { seed: part + 1, users: usualUsers, part, partCount: writers.length }
    return { catalog: usualCatalog, load, ...writer }
  })
}
