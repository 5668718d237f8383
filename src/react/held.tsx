'use client'
import type { ReactElement } from 'react'
import type { MilestoneStatus } from '../core/progress/milestone-status.js'
import { useMilepost } from './context.js'
import { When } from './when.js'

type HeldProps = {
  readonly status: MilestoneStatus
  readonly earnedAt: Date | null | undefined
  readonly expiresAt: Date | null | undefined
}

/** Says since when a badge is held and when it expires, or since when it has expired. */
export function Held({ status, earnedAt, expiresAt }: HeldProps): ReactElement {
  const { texts } = useMilepost()
  const isExpired = status === 'expired'
  return (
    <>
      {earnedAt && !isExpired && <span>{texts.earned(<When at={earnedAt} />)}</span>}
      {expiresAt && <span>{texts[isExpired ? 'expired' : 'expires'](<When at={expiresAt} />)}</span>}
    </>
  )
}
