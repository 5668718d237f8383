import { Webhook, WebhookVerificationError } from 'standardwebhooks'

export type BadgeEvent = {
  type: 'badge.awarded' | 'badge.revoked' | 'webhook.test'
  timestamp: string
  data: {
    userId: string
    sequence: number
    badge: { id: string; name: string; icon: string; description: string; points: number }
  }
}

/** Reads a message of a webhook. Null if it does not come from your Milepost, or is older than five minutes. */
export async function readBadgeEvent(request: Request, secret: string): Promise<BadgeEvent | null> {
  try {
    return new Webhook(secret).verify(await request.text(), Object.fromEntries(request.headers)) as BadgeEvent
  } catch (error) {
    if (error instanceof WebhookVerificationError) return null
    throw error
  }
}
