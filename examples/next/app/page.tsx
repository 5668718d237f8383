import { headers } from 'next/headers'
import { connection } from 'next/server'
import { Suspense } from 'react'
import { initialFor, userOf } from '@/milepost'
import { Badges } from './badges'

export default function Page() {
  return (
    <main className="mx-auto w-full max-w-2xl p-8">
      <h1 className="mb-6 text-2xl font-semibold">Your badges</h1>
      <Suspense fallback={<p>Loading…</p>}>
        <YourBadges />
      </Suspense>
    </main>
  )
}

async function YourBadges() {
  // Badges are of this user and this moment: Next.js must not render them ahead.
  await connection()
  const userId = userOf(await headers()) ?? 'ann'
  return <Badges userId={userId} initial={await initialFor(userId)} />
}
