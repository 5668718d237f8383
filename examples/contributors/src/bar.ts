import type { Screen } from './screen.js'

/** Draws how much of something is there. It looks empty only at nothing, and full only when it is. */
export function bar({ paint }: Screen, ratio: number, width: number): string {
  const least = ratio > 0 ? 1 : 0
  const fullCount = ratio >= 1 ? width : Math.max(least, Math.min(width - 1, Math.round(ratio * width)))
  return paint('accent', '█'.repeat(fullCount)) + paint('quiet', '░'.repeat(width - fullCount))
}
