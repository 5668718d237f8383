import { duration } from './figures.js'
import type { Screen } from './screen.js'

/** How a wait is shown. `text`: what is being done. */
export type WaitingOptions = {
  readonly screen: Screen
  readonly text: string
  readonly write: (text: string) => void
  readonly nowMs: () => number
}

const eraseLine = '\r\u001b[2K'

/** Shows, on a terminal, for how long work that tells nothing of itself has been under way; returns what takes the line away. */
export function waitingLine({ screen, text, write, nowMs }: WaitingOptions): () => void {
  if (!screen.isLive) return () => {}
  const startMs = nowMs()
  const show = (): void => write(`${eraseLine}${text} ${duration(nowMs() - startMs)}`)
  const timer = setInterval(show, 1000)
  return () => {
    clearInterval(timer)
    write(eraseLine)
  }
}
