import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { Suspense } from 'react'
import { milepost } from '../../milepost/service.js'
import { userIdOf } from '../../milepost/user.js'
import { Badges } from './badges.js'

export default function BadgesPage() {
  return (
    <main style={{ maxWidth: '40rem', margin: '0 auto', padding: '2rem' }}>
      <h1 style={{ fontSize: '1.5rem', fontWeight: 600 }}>Your badges</h1>
      <Suspense fallback={<p>Loading…</p>}>
        <YourBadges />
      </Suspense>
    </main>
  )
}

async function YourBadges() {
  const userId = await userIdOf(await headers())
  if (userId === null) return <p>Sign in to see your badges.</p>
  const { service } = await milepost()
  const initial = { progress: await service.getUserProgress(userId), milestones: service.getAllMilestones() }
  return (
    <>
      <Badges userId={userId} initial={initial} />
      <form action={finishLesson} style={{ marginTop: '2rem' }}>
        <button type="submit">Finish a lesson</button>
      </form>
    </>
  )
}

/** Shows how to record. Your own code passes the id of what was completed, so that it counts once. */
async function finishLesson() {
  'use server'
  const userId = await userIdOf(await headers())
  if (userId === null) return
  const { service } = await milepost()
  await service.record({ userId, category: 'lesson', itemKey: crypto.randomUUID() })
  revalidatePath('/badges')
}
