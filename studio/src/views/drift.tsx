import { useEffect, useRef, useState } from 'react'
import { type Answered, call } from '../api.js'
import { Section } from '../parts/page.js'
import { Failure } from '../parts/states.js'
import { count, counted } from '../words.js'

/** Compares all users with what their stored completions give, on request. */
export function Drift() {
  const { found, error, isRunning, run, stop } = useDriftCheck()
  return (
    <Section
      title="Drift"
      actions={
        <button type="button" className="button" onClick={isRunning ? stop : () => void run()}>
          {isRunning ? 'Stop' : 'Check for drift'}
        </button>
      }
    >
      <div className="flex flex-col gap-3" aria-live="polite">
        {error && <Failure error={error} />}
        {found === null ? (
          <p className="text-n8">
            Metrics, standings and badges are compared with what the stored completions give, 25 users at a time.
            Nothing is written.
          </p>
        ) : (
          <p>
            {counted(found.userCount, 'user')} compared{found.isAtEnd ? ', all there are' : ''}:{' '}
            {found.differences.length === 0 ? 'no difference.' : `${counted(found.differences.length, 'difference')}.`}
          </p>
        )}
        {found && found.differences.length > 0 && <Differences of={found.differences} />}
      </div>
    </Section>
  )
}

type DriftFound = {
  readonly userCount: number
  readonly differences: Answered<'verify'>['differences']
  readonly isAtEnd: boolean
}

const mostShown = 200

function useDriftCheck() {
  const [found, setFound] = useState<DriftFound | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [isRunning, setIsRunning] = useState(false)
  const wantsMore = useRef(false)
  // Leaving the view ends the check.
  useEffect(
    () => () => {
      wantsMore.current = false
    },
    [],
  )
  const run = async (): Promise<void> => {
    wantsMore.current = true
    setIsRunning(true)
    setError(null)
    try {
      for await (const all of compared(() => wantsMore.current)) setFound(all)
    } catch (fault) {
      setError(fault as Error)
    } finally {
      setIsRunning(false)
    }
  }
  const stop = (): void => {
    wantsMore.current = false
  }
  return { found, error, isRunning, run, stop }
}

/** Yields what was found so far, after each page of users. */
async function* compared(wantsMore: () => boolean): AsyncGenerator<DriftFound> {
  let all: DriftFound = { userCount: 0, differences: [], isAtEnd: false }
  for (let cursor: string | undefined; wantsMore() && !all.isAtEnd; ) {
    const { userCount, differences, next } = await call<'verify'>('POST /v1/studio/verify', { body: { cursor } })
    cursor = next ?? undefined
    all = {
      userCount: all.userCount + userCount,
      differences: [...all.differences, ...differences].slice(0, mostShown),
      isAtEnd: next === null,
    }
    yield all
  }
}

function Differences({ of: differences }: { of: DriftFound['differences'] }) {
  return (
    <ul className="divide-y divide-n4 rounded-md border border-n5">
      {differences.map(({ userId, kind, name, stored, counted: should }) => (
        <li key={`${userId} ${kind} ${name}`} className="px-3 py-1.5">
          <span className="font-medium">{userId}</span> <span className="text-n8">{kind}</span> {name}: stored{' '}
          {shown(stored)}, counted {shown(should)}
        </li>
      ))}
    </ul>
  )
}

function shown(value: string | number | null): string {
  return value === null ? 'nothing' : typeof value === 'number' ? count(value) : value
}
