import { handleBadges } from '$lib/server/milepost/routes'

type Handler = (event: { request: Request }) => Promise<Response>

const handle: Handler = ({ request }) => handleBadges(request)

/** The page with the badges at /badges, and the HTTP API at /badges/v1. */
export const GET = handle
export const HEAD = handle
export const POST = handle
export const PUT = handle
export const DELETE = handle
export const OPTIONS = handle
