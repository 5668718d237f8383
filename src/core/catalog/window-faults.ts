import { dayMs } from '../time/period.js'
import { type Bound, parseBound } from '../time/window.js'
import { isPlainObject } from '../values/metadata.js'
import { type CatalogFault, joinPath } from '../values/shape-faults.js'

/** Finds what is wrong with a window beyond its shape. Nothing where there is none. */
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
          fix: 'Let until lie after from.',
        },
      ]
    : []
}

/** Tells whether nothing lies between two bounds. A day and an instant are a day apart at least, by any clock. */
export function isEmpty(from: Bound, until: Bound): boolean {
  if (from.kind === until.kind) return from.at >= until.at
  const earliest = from.kind === 'instant' ? from.at : from.at * dayMs - clockMs
  const latest = until.kind === 'instant' ? until.at : until.at * dayMs + clockMs
  return earliest >= latest
}

// No zone of today is further from UTC than this.
const clockMs = 14 * 3_600_000

function boundFaults(bound: unknown, path: string): CatalogFault[] {
  if (typeof bound !== 'string' || parseBound(bound)) return []
  const fix = 'Give a day (2026-12-01) or an instant with its offset (2026-12-01T00:00:00Z).'
  return [{ path, problem: `"${bound}" is neither a day nor an instant`, fix }]
}
