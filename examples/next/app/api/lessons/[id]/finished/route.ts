import { milepost, userOf } from '@/milepost'

export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const userId = userOf(request.headers)
  if (userId === null) return new Response(null, { status: 401 })
  const { service } = await milepost()
  const { awarded } = await service.record({ userId, category: 'lesson', itemKey: (await params).id })
  return Response.json({ awarded: awarded.map(({ id }) => id) })
}
