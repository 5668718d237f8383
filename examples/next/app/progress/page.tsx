import { headers } from 'next/headers'
import { connection } from 'next/server'
import { Suspense } from 'react'
import { milepost, userOf } from '@/milepost'

export default function Page() {
  return (
    <main className="mx-auto w-full max-w-2xl p-8">
      <h1 className="mb-6 text-2xl font-semibold">Your progress</h1>
      <Suspense fallback={<p>Loading…</p>}>
        <YourProgress />
      </Suspense>
    </main>
  )
}

async function YourProgress() {
  await connection()
  const userId = userOf(await headers()) ?? 'ann'
  const { service } = await milepost()
  const { totalPoints, level } = await service.getUserProgress(userId)
  const steps = await service.whatNext(userId)
  return (
    <>
      <p>
        Level {level}, {totalPoints} points
      </p>
      <ul className="mt-4 list-disc pl-6">
        {steps.map(({ id, title, text }) => (
          <li key={id}>
            {title}: {text}
          </li>
        ))}
      </ul>
    </>
  )
}
