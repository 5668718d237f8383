import { toNextHandler } from 'milepost/next'
import { milepost } from '@/milepost'

export const { GET, HEAD, POST, PUT, DELETE, OPTIONS } = toNextHandler({
  handler: async request => (await milepost()).server.handler(request),
})
