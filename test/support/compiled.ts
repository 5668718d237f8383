import { type CompiledCatalog, compileCatalog } from '../../src/core/awards/compile.js'
import { parseCatalog } from '../../src/core/catalog/catalog.js'
import type { Countable } from '../../src/core/metrics/metric.js'

/** Compiles milestones as a service does. A milestone without a title is called by its id. */
export function compiled(milestones: readonly object[], more: object = {}): CompiledCatalog {
  const titled = milestones.map(milestone => ({ title: (milestone as { id: string }).id, ...milestone }))
  return compileCatalog(parseCatalog({ ...more, milestones: titled }), text => `digest-${text.length}`)
}

/** Makes a completion of an instant such as `2026-04-01T10:00Z`. */
export function completed(category: string, itemKey: string, at: string, more: Partial<Countable> = {}): Countable {
  return { category, itemKey, metadata: {}, completedAt: new Date(at), ...more }
}
