/**
 * Makes a controller whose signal also aborts with the given one. Not `AbortSignal.any`, which browsers of 2023 lack. Abort it
 * when it is done: then the given signal no longer holds on to it.
 */
export function linkedAbort(outer: AbortSignal | undefined): AbortController {
  const own = new AbortController()
  const follow = (): void => own.abort(outer!.reason)
  outer?.addEventListener('abort', follow, { signal: own.signal })
  if (outer?.aborted) follow()
  return own
}
