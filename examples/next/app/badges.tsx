'use client'
import { createClient } from 'milepost/client'
import { AwardToaster, BadgeGrid, type InitialData, LevelBar, MilepostProvider } from 'milepost/react'
import { useMemo } from 'react'
import 'milepost/react.css'

export function Badges({ userId, initial }: { userId: string; initial: InitialData }) {
  const client = useMemo(() => createClient({ baseUrl: '/api/milepost', headers: { 'x-demo-user': userId } }), [userId])
  return (
    <MilepostProvider client={client} userId={userId} initial={initial}>
      <div className="grid gap-8">
        <LevelBar />
        <BadgeGrid />
      </div>
      <AwardToaster />
    </MilepostProvider>
  )
}
