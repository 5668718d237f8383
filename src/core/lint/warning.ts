import type { CatalogFault } from '../values/shape-faults.js'

/**
 * Says what comes of it. `fault`: the catalog is refused. `unreachable`: something can never be earned. `window`: times
 * contradict each other. `farmable`: something can be collected without end by doing next to nothing.
 */
export type WarningKind = 'fault' | 'unreachable' | 'window' | 'farmable'

/** One thing about a catalog that its author hardly means: where, what happens, and how to mend it. */
export type CatalogWarning = CatalogFault & { kind: WarningKind }
