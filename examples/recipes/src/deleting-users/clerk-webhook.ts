import type { MilestoneService } from 'milepost'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { eraseMilestones } from './erase.js'

type ClerkEvent = { type: string; data: { id?: string } }

/** Answers a webhook of Clerk: erases users who were deleted there. */
export async function clerkWebhook(request: Request, milestones: MilestoneService, secret: string): Promise<Response> {
  const event = await verified(request, secret)
  if (event === null) return new Response(null, { status: 401 })
  if (event.type === 'user.deleted' && event.data.id !== undefined) await eraseMilestones(milestones, event.data.id)
  return new Response(null, { status: 204 })
}

// Clerk signs as Standard Webhooks does, with other names for the headers.
async function verified(request: Request, secret: string): Promise<ClerkEvent | null> {
  const headers = Object.fromEntries(
    ['id', 'timestamp', 'signature'].map(name => [`webhook-${name}`, request.headers.get(`svix-${name}`) ?? '']),
  )
  try {
    return new Webhook(secret).verify(await request.text(), headers) as ClerkEvent
  } catch (error) {
    if (error instanceof WebhookVerificationError) return null
    throw error
  }
}
