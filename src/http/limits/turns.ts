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
type Line = { readonly caller: string; readonly atOnce: number; readonly waiting: Set<Waiting>; running: number }

type TurnState = {
  readonly atOnce: number
  readonly patienceMs: number
  /** By caller, in the order in which callers are served next. */
  readonly lines: Map<string, Line>
  running: number
  waiting: number
}

/** Makes turns. Remembers only callers with running or waiting work. */
export function createTurns({
  atOnce,
  patienceMs = 15_000,
  waitingPerCaller = 200,
  waitingInAll = 10_000,
}: TurnLimits): Turns {
  const state: TurnState = { atOnce, patienceMs, lines: new Map(), running: 0, waiting: 0 }
  return {
    take: async ({ caller, atOnce, signal }, work) => {
      const line = state.lines.get(caller) ?? { caller, atOnce, waiting: new Set(), running: 0 }
      if (line.waiting.size >= waitingPerCaller) throw refusal('RATE_LIMITED', { headers: { 'retry-after': '1' } })
      if (state.waiting >= waitingInAll) throw refusal('CONNECTION_BUSY', { headers: { 'retry-after': '1' } })
      state.lines.set(caller, line)
      if (isFree(state, line) && line.waiting.size === 0) begin(state, line)
      else await waitInLine(state, line, signal)
      try {
        return await work()
      } finally {
        end(state, line)
      }
    },
  }
}

function isFree(state: TurnState, line: Line): boolean {
  return state.running < state.atOnce && line.running < line.atOnce
}

function begin(state: TurnState, line: Line): void {
  state.running += 1
  line.running += 1
}

function end(state: TurnState, line: Line): void {
  state.running -= 1
  line.running -= 1
  forgetIdle(state, line)
  serveNext(state)
}

function forgetIdle({ lines }: TurnState, line: Line): void {
  const isIdle = line.running === 0 && line.waiting.size === 0
  if (isIdle && lines.get(line.caller) === line) lines.delete(line.caller)
}

function serveNext(state: TurnState): void {
  for (const [caller, line] of state.lines) {
    if (state.running >= state.atOnce) return
    const [next] = line.waiting
    if (!next || !isFree(state, line)) continue
    state.lines.delete(caller)
    state.lines.set(caller, line)
    next.begin()
  }
}

function waitInLine(state: TurnState, line: Line, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      if (line.waiting.delete(entry)) state.waiting -= 1
    }
    const giveUp = (): void => {
      leave()
      forgetIdle(state, line)
      reject(refusal('CONNECTION_BUSY', { headers: { 'retry-after': '1' } }))
    }
    const entry: Waiting = {
      begin: () => {
        leave()
        begin(state, line)
        resolve()
      },
    }
    const timer = setTimeout(giveUp, state.patienceMs)
    signal?.addEventListener('abort', giveUp)
    line.waiting.add(entry)
    state.waiting += 1
  })
}
