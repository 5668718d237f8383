import { refusal } from '../problem/problem.js'

/** Limits concurrent work, in total and per caller, and serves callers in turn. */
export type Turns = {
  /**
   * Does work when its turn comes. @throws RATE_LIMITED if the caller has too much waiting, CONNECTION_BUSY if it waits
   * too long
   */
  readonly take: <Result>(turn: Turn, work: () => Promise<Result>) => Promise<Result>
}

/** The caller of the work. */
export type Turn = {
  readonly caller: string
  /** How much work of this caller may run at once. */
  readonly atOnce: number
  /** Ends the wait of a caller who has left. */
  readonly signal?: AbortSignal | undefined
}

/** How much runs at once, how many may wait, and how long. */
export type TurnLimits = {
  readonly atOnce: number
  readonly patienceMs?: number | undefined
  readonly waitingPerCaller?: number | undefined
  readonly waitingInAll?: number | undefined
}

type Waiting = { readonly begin: () => void }
type Line = { running: number; readonly waiting: Set<Waiting>; atOnce: number }

/** Makes turns. Remembers only callers with running or waiting work. */
export function createTurns({
  atOnce,
  patienceMs = 15_000,
  waitingPerCaller = 200,
  waitingInAll = 10_000,
}: TurnLimits): Turns {
  // In the order in which callers are served next.
  const lines = new Map<string, Line>()
  let running = 0
  let waiting = 0

  const isFree = (line: Line): boolean => running < atOnce && line.running < line.atOnce
  const begin = (line: Line): void => {
    running += 1
    line.running += 1
  }
  const end = (caller: string, line: Line): void => {
    running -= 1
    line.running -= 1
    forgetIdle(caller, line)
    serveNext()
  }
  const forgetIdle = (caller: string, line: Line): void => {
    if (line.running === 0 && line.waiting.size === 0 && lines.get(caller) === line) lines.delete(caller)
  }
  const serveNext = (): void => {
    for (const [caller, line] of lines) {
      if (running >= atOnce) return
      const [next] = line.waiting
      if (!next || !isFree(line)) continue
      lines.delete(caller)
      lines.set(caller, line)
      next.begin()
    }
  }
  const waitIn = (line: Line, { caller, signal }: Turn): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', giveUp)
        if (line.waiting.delete(entry)) waiting -= 1
      }
      const giveUp = (): void => {
        leave()
        forgetIdle(caller, line)
        reject(refusal('CONNECTION_BUSY', { headers: { 'retry-after': '1' } }))
      }
      const entry: Waiting = {
        begin: () => {
          leave()
          begin(line)
          resolve()
        },
      }
      const timer = setTimeout(giveUp, patienceMs)
      signal?.addEventListener('abort', giveUp)
      line.waiting.add(entry)
      waiting += 1
    })
  return {
    take: async (turn, work) => {
      const { caller } = turn
      const line = lines.get(caller) ?? { running: 0, waiting: new Set(), atOnce: turn.atOnce }
      if (line.waiting.size >= waitingPerCaller) throw refusal('RATE_LIMITED', { headers: { 'retry-after': '1' } })
      if (waiting >= waitingInAll) throw refusal('CONNECTION_BUSY', { headers: { 'retry-after': '1' } })
      lines.set(caller, line)
      if (isFree(line) && line.waiting.size === 0) begin(line)
      else await waitIn(line, turn)
      try {
        return await work()
      } finally {
        end(caller, line)
      }
    },
  }
}
