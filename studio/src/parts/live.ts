import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type Answered, events, Refused } from '../api.js'

/** A badge as lists show it. */
export type HeldBadge = Answered<'listAwards'>['awards'][number]

type Message = {
  readonly data: {
    readonly userId: string
    readonly badge: {
      readonly id: string
      readonly name: string
      readonly icon: string
      readonly points: number
      readonly earnedAt: string
    }
  }
}

const mostKept = 12

/** Identifies a badge of a user. */
export const keyOf = ({ userId, badgeId }: { userId: string; badgeId: string }): string =>
  JSON.stringify([userId, badgeId])

/** Follows awards as they are made, the newest first. Where the stream breaks, it comes again. */
export function useLiveAwards(): { readonly awards: readonly HeldBadge[]; readonly isLive: boolean } {
  const client = useQueryClient()
  const [awards, setAwards] = useState<readonly HeldBadge[]>([])
  const [isLive, setIsLive] = useState(false)
  useEffect(() => {
    const leaving = new AbortController()
    const follow = async (): Promise<void> => {
      for (let waitMs = 2_000; !leaving.signal.aborted; waitMs = Math.min(60_000, waitMs * 2)) {
        let isOpen = false
        try {
          for await (const { event, data } of events('GET /v1/stream', { signal: leaving.signal })) {
            // Awards made while no stream was open are read from the server.
            if (!isOpen) void client.invalidateQueries({ queryKey: ['awards'] })
            isOpen = true
            setIsLive(true)
            waitMs = 2_000
            if (event === 'badge.awarded') setAwards(before => withFirst(shown(JSON.parse(data)), before))
          }
        } catch (error) {
          if (error instanceof Refused && error.status < 500 && error.status !== 429) return
        } finally {
          if (!leaving.signal.aborted) setIsLive(false)
        }
        await new Promise(resolve => setTimeout(resolve, waitMs))
      }
    }
    void follow()
    return () => leaving.abort()
  }, [client])
  return { awards, isLive }
}

// A badge may be revoked and awarded again.
function withFirst(award: HeldBadge, before: readonly HeldBadge[]): readonly HeldBadge[] {
  return [award, ...before.filter(each => keyOf(each) !== keyOf(award))].slice(0, mostKept)
}

function shown({ data: { userId, badge } }: Message): HeldBadge {
  const { id, name, icon, points, earnedAt } = badge
  return { userId, badgeId: id, name, icon, points, earnedAt }
}
