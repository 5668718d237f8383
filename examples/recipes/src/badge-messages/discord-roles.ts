import { readBadgeEvent } from './badge-events.js'

type Settings = {
  /** Of the webhook: `whsec_…`. */
  secret: string
  botToken: string
  guildId: string
  /** The role of each badge. Badges that are not listed give no role. */
  roles: Readonly<Record<string, string>>
  /** The id of the user on Discord, or null if the account is not linked. */
  discordIdOf: (userId: string) => Promise<string | null>
}

/** Answers a message of the webhook: gives the role of a new badge, and takes it back with the badge. */
export async function discordRoles(request: Request, settings: Settings): Promise<Response> {
  const event = await readBadgeEvent(request, settings.secret)
  if (event === null) return new Response(null, { status: 401 })
  if (event.type === 'webhook.test') return new Response(null, { status: 204 })
  const role = settings.roles[event.data.badge.id]
  const discordId = await settings.discordIdOf(event.data.userId)
  if (role === undefined || discordId === null) return new Response(null, { status: 204 })
  const answer = await fetch(
    `https://discord.com/api/v10/guilds/${settings.guildId}/members/${discordId}/roles/${role}`,
    {
      method: event.type === 'badge.awarded' ? 'PUT' : 'DELETE',
      headers: { authorization: `Bot ${settings.botToken}`, 'x-audit-log-reason': event.data.badge.id },
    },
  )
  // 404: the user has left the server. Everything else is tried again.
  return new Response(null, { status: answer.ok || answer.status === 404 ? 204 : 502 })
}
