import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { milepost } from '../../milepost/service.js'
import { userIdOf } from '../../milepost/user.js'
import { Badges } from './badges.js'

export default async function BadgesPage() {
  const userId = await userIdOf(await headers())
  if (userId === null) return <main style={{ padding: '2rem' }}>Sign in to see your badges.</main>
  const { service } = await milepost()
  const initial = { progress: await service.getUserProgress(userId), milestones: service.getAllMilestones() }
  return (
    <main style={{ maxWidth: '40rem', margin: '0 auto', padding: '2rem' }}>
      <h1 style={{ fontSize: '1.5rem', fontWeight: 600 }}>Your badges</h1>
      <Badges userId={userId} initial={initial} />
      <form action={finishLesson} style={{ marginTop: '2rem' }}>
        <button type="submit">Finish a lesson</button>
      </form>
    </main>
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
