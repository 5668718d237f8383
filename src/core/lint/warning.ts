import type { CatalogFault } from '../values/shape-faults.js'

/**
 * The effect of a warning. `fault`: the catalog is refused. `unreachable`: something can never be earned, or nobody can ever be on a board. `window`:
 * times contradict each other. `farmable`: something can be collected without limit with almost no effort. `retention`:
 * completions are folded that somebody will probably still need.
 */
export type WarningKind = 'fault' | 'unreachable' | 'window' | 'farmable' | 'retention'

/** One thing in a catalog that its author probably did not intend: where it is, what happens, and how to fix it. */
export type CatalogWarning = CatalogFault & { kind: WarningKind }
