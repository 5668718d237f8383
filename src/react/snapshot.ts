/** The state of a query. `data` stays while it reloads, and if that fails. */
export type QueryState<T = unknown> = {
  readonly data: T | undefined
  /** Why the last reading failed; null if it did not. */
  readonly error: unknown
  /** Whether there is no network: the data may be outdated. */
  readonly isOffline: boolean
  readonly isLoading: boolean
}

export const nothing: QueryState<never> = { data: undefined, error: null, isOffline: false, isLoading: true }
