/** A signal that aborts with another one, or by itself. */
export type LinkedAbort = { readonly signal: AbortSignal; readonly abort: () => void; readonly unlink: () => void }

/** Makes a signal that aborts with the given one. Not `AbortSignal.any`, which browsers of 2023 lack. Unlink it when it is done. */
export function linkedAbort(outer: AbortSignal | undefined): LinkedAbort {
  const own = new AbortController()
  const follow = (): void => own.abort(outer!.reason)
  outer?.addEventListener('abort', follow, { once: true })
  if (outer?.aborted) follow()
  return {
    signal: own.signal,
    abort: () => own.abort(),
    unlink: () => outer?.removeEventListener('abort', follow),
  }
}
