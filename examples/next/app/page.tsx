import { headers } from 'next/headers'
import { initialFor, userOf } from '@/milepost'
import { Badges } from './badges'

export default async function Page() {
  const userId = userOf(await headers()) ?? 'ann'
  return (
    <main className="mx-auto max-w-2xl p-8">
      <h1 className="mb-6 text-2xl font-semibold">Your badges</h1>
      <Badges userId={userId} initial={await initialFor(userId)} />
    </main>
  )
}
