import { useEffect, useState, useSyncExternalStore } from 'react'

/** What a page shows of something that is read from a server. What was read before stays while it is read anew. */
export type Loaded<Value> = {
  readonly value: Value | undefined
  readonly error: Error | undefined
  readonly reload: () => void
}

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('academy')
const listeners = new Set<() => void>()
let version = 0

/** Says that something was done: whatever is shown is read anew, here and in other tabs. */
export function changed(): void {
  bump()
  channel?.postMessage('changed')
}

/** Reads anew whatever this tab shows. */
export function bump(): void {
  version += 1
  for (const hear of listeners) hear()
}

channel?.addEventListener('message', bump)

/** Counts how often something was done. */
export function useVersion(): number {
  return useSyncExternalStore(listen, () => version)
}

function listen(hear: () => void): () => void {
  listeners.add(hear)
  return () => void listeners.delete(hear)
}

/** Reads something and reads it anew whenever something was done. `key` names what is read: another key, another thing. */
export function useLoaded<Value>(key: string, read: () => Promise<Value>): Loaded<Value> {
  const current = useVersion()
  const [tries, setTries] = useState(0)
  const [state, setState] = useState<{ key: string; value?: Value; error?: Error }>({ key })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` is a new function each time; `key` stands for it
  useEffect(() => {
    let isOver = false
    read().then(
      value => isOver || setState({ key, value }),
      error => isOver || setState(before => ({ ...(before.key === key && before), key, error })),
    )
    return () => {
      isOver = true
    }
  }, [key, current, tries])
  const isSame = state.key === key
  return {
    value: isSame ? state.value : undefined,
    error: isSame ? state.error : undefined,
    reload: () => setTries(count => count + 1),
  }
}
