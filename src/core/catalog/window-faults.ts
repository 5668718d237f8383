import { isEmpty, parseBound } from '../time/window.js'
import { isPlainObject } from '../values/metadata.js'
import { type CatalogFault, joinPath } from '../values/shape-faults.js'

/** Finds the faults of a window that its shape cannot express. Empty if there is no window. */
export function windowFaults(window: unknown, path: string): CatalogFault[] {
  if (!isPlainObject(window)) return []
  const { from, until } = window
  if (from === undefined && until === undefined) {
    return [{ path, problem: 'is open at both ends', fix: 'Give from, until or both, or leave it out.' }]
  }
  const ends = ['from', 'until'] as const
  const faults = ends.flatMap(end => boundFaults(window[end], joinPath(path, end)))
  if (faults.length > 0 || typeof from !== 'string' || typeof until !== 'string') return faults
  return isEmpty(parseBound(from)!, parseBound(until)!)
    ? [
        {
          path,
          problem: `ends (${until}) before anything can fall into it (${from})`,
          fix: 'Use an until that is after from.',
        },
      ]
    : []
}

function boundFaults(bound: unknown, path: string): CatalogFault[] {
  if (typeof bound !== 'string' || parseBound(bound)) return []
  const fix = 'Give a day (2026-12-01) or an instant with its offset (2026-12-01T00:00:00Z).'
  return [{ path, problem: `"${bound}" is neither a day nor an instant`, fix }]
}
