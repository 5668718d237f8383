import { counted, duration, figure } from './figures.js'
import type { TerminalScreen } from './screen.js'

/** Shows the progress of long work, on one line of a terminal that is overwritten. */
export type ProgressLine = {
  /** `totalCount`: null if it is not known. */
  readonly show: (doneCount: number, totalCount: number | null) => void
  /** Removes the line, so that other output can take its place. */
  readonly clear: () => void
}

/** `noun`: what is counted, in the singular. */
export type ProgressOptions = {
  readonly screen: TerminalScreen
  readonly noun: string
  readonly write: (text: string) => void
  readonly nowMs: () => number
}

const eraseLine = '\r\u001b[2K'
const intervalMs = 100

/** Starts a progress line. Prints nothing if the screen cannot overwrite a line. */
export function progressLine({ screen, noun, write, nowMs }: ProgressOptions): ProgressLine {
  const begun = { count: 0, ms: nowMs() }
  let shownMs: number | undefined
  const show = (doneCount: number, totalCount: number | null): void => {
    // Resumed work starts with what was done before, which must not count towards the rate.
    if (shownMs === undefined) Object.assign(begun, { count: doneCount, ms: nowMs() })
    else if (nowMs() - shownMs < intervalMs && doneCount !== totalCount) return
    shownMs = nowMs()
    const ratePerMs = (doneCount - begun.count) / (nowMs() - begun.ms)
    write(`${eraseLine}${lineOf(screen, { doneCount, totalCount, ratePerMs, noun })}`)
  }
  if (!screen.isLive) return { show: () => {}, clear: () => {} }
  return { show, clear: () => write(eraseLine) }
}

/** The state of long work. */
type Stand = {
  readonly doneCount: number
  readonly totalCount: number | null
  readonly ratePerMs: number
  readonly noun: string
}

function lineOf({ width, paint }: TerminalScreen, stand: Stand): string {
  const text = standText(stand)
  if (stand.totalCount === null) return text
  const barWidth = Math.max(4, Math.min(24, width - text.length - 2))
  const filled = Math.round(barWidth * Math.min(1, stand.doneCount / Math.max(1, stand.totalCount)))
  return `${paint('good', '█'.repeat(filled))}${paint('quiet', '░'.repeat(barWidth - filled))} ${text}`
}

/** Writes how far the work is, how fast, and the remaining time. */
function standText({ doneCount, totalCount, ratePerMs, noun }: Stand): string {
  const far = totalCount === null ? counted(doneCount, noun) : `${figure(doneCount)} of ${counted(totalCount, noun)}`
  if (!(ratePerMs > 0) || !Number.isFinite(ratePerMs)) return far
  const fast = `${far}, ${figure(Math.round(ratePerMs * 1000))} a second`
  return totalCount === null ? fast : `${fast}, ${duration(Math.max(0, totalCount - doneCount) / ratePerMs)} left`
}
