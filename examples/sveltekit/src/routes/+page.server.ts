import { milepost, userOf } from '$lib/server/milepost'

export async function load({ request }: { request: Request }) {
  const { service } = await milepost()
  const userId = userOf(request.headers) ?? 'ann'
  const [{ totalPoints, level, earnedBadges }, next] = await Promise.all([
    service.getUserProgress(userId),
    service.whatNext(userId, { limit: 3 }),
  ])
  return { totalPoints, level, earnedBadges, next: next.map(({ title, text }) => ({ title, text })) }
}
