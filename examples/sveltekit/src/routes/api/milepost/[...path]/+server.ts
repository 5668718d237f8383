import type { RequestHandler } from '@sveltejs/kit'
import { milepost } from '$lib/server/milepost'

export const fallback: RequestHandler = async ({ request }) => (await milepost()).server.handler(request)
