import type { ReactNode } from 'react'
import type { Loaded } from '../load.js'

type StatesProps<Value> = {
  readonly of: Loaded<Value>
  /** How much room what is loading will take. */
  readonly rows?: number
  readonly children: (value: Value) => ReactNode
}

/** Shows what was read, or that it is being read, or why it could not be. */
export function States<Value>({ of: { value, error, reload }, rows = 3, children }: StatesProps<Value>): ReactNode {
  if (value === undefined) return error ? <Failure error={error} retry={reload} /> : <Skeleton rows={rows} />
  return (
    <>
      {error && <Failure error={error} retry={reload} />}
      {children(value)}
    </>
  )
}

/** Says what happened and offers to try again. */
export function Failure({ error, retry }: { readonly error: Error; readonly retry?: () => void }): ReactNode {
  return (
    <div className="failure" role="alert">
      <p>{error.message}</p>
      {retry && (
        <button type="button" className="quiet" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

function Skeleton({ rows }: { readonly rows: number }): ReactNode {
  const places = Array.from({ length: rows }, (_, i) => `row-${i}`)
  return (
    <div className="skeleton" aria-busy="true">
      <span className="for-readers">Loading</span>
      {places.map(place => (
        <span key={place} />
      ))}
    </div>
  )
}
