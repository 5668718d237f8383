import { milepost, userOf } from '../../../../../milepost.js'

export async function POST(request, { params }) {
  const userId = userOf(request)
  if (userId === null) return new Response(null, { status: 401 })
  const { service } = await milepost()
  const { awarded } = await service.record({ userId, category: 'lesson', itemKey: (await params).id })
  return Response.json({ awarded: awarded.map(({ id }) => id) })
}
