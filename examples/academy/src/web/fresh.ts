import type { Query } from 'milepost/react'
import { useEffect, useRef } from 'react'
import { useVersion } from './load.js'

/**
 * Reads something of Milepost anew whenever something was done here. Awards it hears of by itself; that a page was read, which
 * brings points alone, it does not.
 */
export function useFresh({ reload, data }: Query<unknown>): void {
  const version = useVersion()
  const wasKnown = useRef(data !== undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `reload` is a new function with each reading
  useEffect(() => {
    if (wasKnown.current) reload()
    wasKnown.current = true
  }, [version])
}
