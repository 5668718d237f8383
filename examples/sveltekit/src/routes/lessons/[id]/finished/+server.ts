import { json, type RequestHandler } from '@sveltejs/kit'
import { milepost, userOf } from '$lib/server/milepost'

export const POST: RequestHandler = async ({ request, params }) => {
  const userId = userOf(request.headers)
  if (userId === null) return new Response(null, { status: 401 })
  const { service } = await milepost()
  const { awarded } = await service.record({ userId, category: 'lesson', itemKey: params.id ?? '' })
  return json({ awarded: awarded.map(({ id }) => id) })
}
