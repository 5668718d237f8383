'use client'
import type { MilepostClient } from 'milepost/client'
import { useEffect, useState } from 'react'

/** Shows how many gems a user has. */
export function Gems({ client, userId }: { client: MilepostClient; userId: string }) {
  const [gems, setGems] = useState<number>()
  useEffect(() => {
    const reading = new AbortController()
    client.getBalance(userId, { signal: reading.signal }).then(
      ({ gems = 0 }) => setGems(gems),
      () => {},
    )
    return () => reading.abort()
  }, [client, userId])
  return gems === undefined ? null : <output>{gems} gems</output>
}
