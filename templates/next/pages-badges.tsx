import type { InitialData } from 'milepost/react'
import type { GetServerSideProps, InferGetServerSidePropsType } from 'next'
import { Badges } from '../milepost/badges.js'
import { milepost } from '../milepost/service.js'
import { userIdOf } from '../milepost/user.js'

type Props = { userId: string | null; initial: InitialData | null }

export const getServerSideProps: GetServerSideProps<Props> = async ({ req }) => {
  const userId = await userIdOf(req.headers)
  if (userId === null) return { props: { userId, initial: null } }
  const { service } = await milepost()
  if (req.method === 'POST') {
    // Shows how to record. Your own code passes the id of what was completed, so that it counts once.
    await service.record({ userId, category: 'lesson', itemKey: crypto.randomUUID() })
    return { redirect: { destination: '/badges', statusCode: 303 } }
  }
  const initial = { progress: await service.getUserProgress(userId), milestones: service.getAllMilestones() }
  // The Pages Router sends plain JSON, without dates.
  return { props: { userId, initial: JSON.parse(JSON.stringify(initial)) } }
}

export default function BadgesPage({ userId, initial }: InferGetServerSidePropsType<typeof getServerSideProps>) {
  return (
    <main style={{ width: '100%', maxWidth: '40rem', margin: '0 auto', padding: '2rem' }}>
      <h1 style={{ marginBottom: '1.5rem', fontSize: '1.5rem', fontWeight: 600 }}>Your badges</h1>
      {userId === null || initial === null ? (
        <p>Sign in to see your badges.</p>
      ) : (
        <>
          <Badges userId={userId} initial={initial} />
          <form method="post" style={{ marginTop: '2rem' }}>
            <button type="submit" style={{ padding: '0.5rem 1rem', border: '1px solid', borderRadius: '0.5rem' }}>
              Finish a lesson
            </button>
          </form>
        </>
      )}
    </main>
  )
}
