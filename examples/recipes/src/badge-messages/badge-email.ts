import { readBadgeEvent } from './badge-events.js'

type Settings = {
  /** Of the webhook: `whsec_…`. */
  secret: string
  resendKey: string
  from: string
  /** The address to write to, or null for users who want no mail. */
  addressOf: (userId: string) => Promise<string | null>
}

/** Answers a message of the webhook: sends an e-mail for a new badge. */
export async function badgeEmail(request: Request, settings: Settings): Promise<Response> {
  const event = await readBadgeEvent(request, settings.secret)
  if (event === null) return new Response(null, { status: 401 })
  if (event.type !== 'badge.awarded') return new Response(null, { status: 204 })
  const { userId, badge } = event.data
  const to = await settings.addressOf(userId)
  if (to === null) return new Response(null, { status: 204 })
  const answer = await fetch('https://api.resend.com/emails', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${settings.resendKey}`,
      'content-type': 'application/json',
      // The same for every attempt, so Resend sends one e-mail.
      'idempotency-key': request.headers.get('webhook-id') ?? '',
    },
    body: JSON.stringify({
      from: settings.from,
      to,
      subject: `You have earned “${badge.name}”`,
      text: `${badge.icon} ${badge.name}\n\n${badge.description}\n\nThat is worth ${badge.points} points.`,
    }),
  })
  // Milepost tries again after any answer that is not 2xx.
  return new Response(null, { status: answer.ok ? 204 : 502 })
}
