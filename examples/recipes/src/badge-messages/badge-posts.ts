import { readBadgeEvent } from './badge-events.js'

type Settings = {
  /** Of the webhook: `whsec_…`. */
  secret: string
  slackUrl?: string
  discordUrl?: string
  /** The name to show, or null for users who want no posts. */
  nameOf: (userId: string) => Promise<string | null>
}

/** Answers a message of the webhook: posts a new badge to Slack, Discord or both. */
export async function badgePosts(request: Request, settings: Settings): Promise<Response> {
  const event = await readBadgeEvent(request, settings.secret)
  if (event === null) return new Response(null, { status: 401 })
  if (event.type !== 'badge.awarded') return new Response(null, { status: 204 })
  const name = await settings.nameOf(event.data.userId)
  if (name === null) return new Response(null, { status: 204 })
  const text = `${event.data.badge.icon} ${name} has earned “${event.data.badge.name}”`
  const answers = await Promise.all([
    settings.slackUrl && post(settings.slackUrl, { text: slackText(text) }),
    // Without `parse: []`, a user called @everyone would notify everyone.
    settings.discordUrl && post(settings.discordUrl, { content: text, allowed_mentions: { parse: [] } }),
  ])
  return new Response(null, { status: answers.every(answer => !answer || answer.ok) ? 204 : 502 })
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
