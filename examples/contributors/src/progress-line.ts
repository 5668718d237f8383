import { bar } from './bar.js'
import { duration, figure } from './figures.js'
import type { Screen } from './screen.js'

/** Shows how far the recording is. */
export type ProgressLine = {
  readonly show: (doneCount: number) => void
  /** Takes the line away, so that what follows stands in its place. */
  readonly clear: () => void
}

export type ProgressOptions = {
  readonly screen: Screen
  readonly totalCount: number
  readonly write: (text: string) => void
  readonly nowMs: () => number
}

/** Takes the terminal's line away and goes to its beginning. */
export const eraseLine = '\r\u001b[2K'

const lineIntervalMs = 3000

/** On a terminal one line that is written over; elsewhere a plain line every few seconds. */
export function progressLine({ screen, totalCount, write, nowMs }: ProgressOptions): ProgressLine {
  const startMs = nowMs()
  let lastMs = startMs
  return {
    show: doneCount => {
      const progress = { doneCount, totalCount, elapsedMs: nowMs() - startMs }
      if (screen.isLive) {
        write(`${eraseLine}${liveText(screen, progress)}`)
      } else if (nowMs() - lastMs >= lineIntervalMs && doneCount < totalCount) {
        lastMs = nowMs()
        write(`${progressText(progress)}\n`)
      }
    },
    clear: () => {
      if (screen.isLive) write(eraseLine)
    },
  }
}

export type Progress = { readonly doneCount: number; readonly totalCount: number; readonly elapsedMs: number }

function liveText(screen: Screen, progress: Progress): string {
  const text = progressText(progress)
  const barWidth = Math.max(4, Math.min(24, screen.width - text.length - 2))
  return `${bar(screen, progress.doneCount / progress.totalCount, barWidth)} ${text}`
}

/** Says how far, how fast and how long still. */
export function progressText({ doneCount, totalCount, elapsedMs }: Progress): string {
  const far = `${figure(doneCount)} of ${figure(totalCount)} commits`
  if (elapsedMs <= 0 || doneCount === 0) return far
  const perMs = doneCount / elapsedMs
  const remainingMs = Math.max(0, totalCount - doneCount) / perMs
  return `${far}, ${figure(Math.round(perMs * 1000))} a second, ${duration(remainingMs)} left`
}
