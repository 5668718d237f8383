import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { events } from '../../api.js'
import { refreshPages } from '../../parts/pages.js'
import { Failure } from '../../parts/states.js'
import { count, counted } from '../../words.js'

type Progress = { readonly userCount: number; readonly totalCount: number }

/** A call that takes a while: how far it is, and its result or error. */
export type LongCall<Result> = {
  readonly isBusy: boolean
  readonly progress: Progress | null
  readonly result: Result | null
  readonly error: Error | null
  /** `isChange`: what is shown elsewhere is read again afterwards. */
  readonly run: (route: string, body: () => unknown, options?: { readonly isChange: boolean }) => Promise<void>
  readonly clear: () => void
}

const idle = { isBusy: false, progress: null, result: null, error: null }

/** Runs a call that sends its progress. */
export function useLongCall<Result>(): LongCall<Result> {
  const client = useQueryClient()
  const [state, setState] = useState<Omit<LongCall<Result>, 'run' | 'clear'>>(idle)
  const run: LongCall<Result>['run'] = async (route, body, { isChange } = { isChange: false }) => {
    let isAnswered = false
    setState({ ...idle, isBusy: true })
    try {
      for await (const { event, data } of events(route, { body: body() })) {
        if (data === '') continue
        const value = JSON.parse(data)
        if (event === 'progress') setState(before => ({ ...before, progress: value }))
        if (event === 'result') setState({ ...idle, result: value })
        isAnswered ||= event === 'result'
        if (event === 'problem') throw new Error(value.detail || value.title)
      }
      if (!isAnswered) throw new TypeError('ended early')
      if (isChange) await refreshPages(client)
    } catch (error) {
      setState({ ...idle, error: inWords(error as Error, isChange) })
    }
  }
  return { ...state, run, clear: () => setState(idle) }
}

// A connection that breaks is a TypeError of fetch.
function inWords(error: Error, isChange: boolean): Error {
  if (error instanceof SyntaxError) return new Error(`Invalid JSON: ${error.message}`)
  if (!(error instanceof TypeError)) return error
  return new Error(`The connection ended. ${isChange ? 'Apply again to continue.' : 'Plan again.'}`)
}

/** What a long call shows: its progress, then its result or error. */
export function Outcome<Result>({
  call: { isBusy, progress, result, error },
  what,
  children,
}: {
  call: LongCall<Result>
  what: string
  children: (result: Result) => ReactNode
}) {
  if (error) return <Failure error={error} />
  if (result !== null) return <>{children(result)}</>
  if (!isBusy) return null
  const { userCount = 0, totalCount = 0 } = progress ?? {}
  return (
    <div className="panel flex flex-col gap-2 p-4" role="status">
      <p>
        {what} {count(userCount)} of {counted(totalCount, 'user')}…
      </p>
      <progress
        aria-label={what}
        value={userCount}
        max={Math.max(1, totalCount)}
        className="h-1.5 w-full accent-accent-mark"
      />
    </div>
  )
}
