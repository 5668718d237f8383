import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint, sessionMiddleware } from 'better-auth/api'
import { isMilepostError } from '../core/values/errors.js'
import type { MilestoneService } from '../service/calls.js'
import { createTokenSigner, type SignedToken, type SignToken, type UserTokenSigner } from './user-token.js'

/** What the plugin works with. */
export type MilepostPluginOptions = {
  readonly service: Pick<MilestoneService, 'eraseUser' | 'getUserSettings' | 'updateUserSettings'>
  /** How to sign tokens for users, for a server elsewhere. Without it there is no token: use `sessionAuthority`. */
  readonly tokens?: UserTokenSigner | undefined
  /**
   * The headers that may name the user's time zone, the most trusted first. Default: `x-time-zone`, for your own pages to
   * send, then those that Vercel and Cloudflare add.
   */
  readonly timeZoneHeaders?: readonly string[] | undefined
}

const usualHeaders = ['x-time-zone', 'x-vercel-ip-timezone', 'cf-timezone']

// A user who travels changes it once or twice; somebody who wants two days in one would change it more often.
const zoneChangesPerDay = 5

/**
 * Joins Better Auth with Milepost. Deleting a user erases what Milepost knows about them, first: if that fails, the user is
 * not deleted. Signing in takes over the time zone that the request names. With `tokens`, `GET /milepost/token`
 * (`auth.api.getMilepostToken`) gives a user token for the session.
 *
 * @example
 * export const auth = betterAuth({ database, plugins: [milepost({ service })] })
 */
export function milepost({ service, tokens, timeZoneHeaders = usualHeaders }: MilepostPluginOptions): MilepostPlugin {
  const sign = tokens && createTokenSigner(tokens)
  const followZone = async (userId: string, headers: Headers | undefined, log: Log): Promise<void> => {
    const timeZone = timeZoneHeaders.map(name => headers?.get(name)).find(zone => zone)
    if (!timeZone) return
    try {
      if ((await service.getUserSettings(userId)).timeZone === timeZone) return
      await service.updateUserSettings(userId, { timeZone }, { ownZoneChangesPerDay: zoneChangesPerDay })
    } catch (error) {
      // Nobody should be kept from signing in because of a time zone.
      if (!isRefusal(error)) log.error('Milepost could not set the time zone of a user.', error)
    }
  }
  return {
    id: 'milepost',
    init: ({ logger }) => ({
      options: {
        databaseHooks: {
          user: {
            delete: {
              before: async ({ id }) => {
                await service.eraseUser(id, { reason: 'The account was deleted.', by: 'better-auth' })
              },
            },
          },
          session: {
            create: { after: async ({ userId }, context) => followZone(userId, context?.headers, logger) },
          },
        },
      },
    }),
    endpoints: { getMilepostToken: tokenEndpoint(sign, followZone) },
  }
}

/** The plugin, as Better Auth takes it. */
export type MilepostPlugin = {
  readonly id: 'milepost'
  readonly init: NonNullable<BetterAuthPlugin['init']>
  readonly endpoints: { readonly getMilepostToken: TokenEndpoint }
}

/** Answers a token for the session of the request. @throws APIError 401 without a session, 404 without `tokens` */
export type TokenEndpoint = ((request: { readonly headers: Headers }) => Promise<SignedToken>) &
  NonNullable<BetterAuthPlugin['endpoints']>[string]

type FollowZone = (userId: string, headers: Headers | undefined, log: Log) => Promise<void>

function tokenEndpoint(sign: SignToken | undefined, followZone: FollowZone): TokenEndpoint {
  const endpoint = createAuthEndpoint('/milepost/token', { method: 'GET', use: [sessionMiddleware] }, async context => {
    if (!sign) throw context.error('NOT_FOUND', { message: 'milepost({ tokens }) says how to sign tokens.' })
    const { user, session } = context.context.session
    await followZone(user.id, context.headers, context.context.logger)
    return context.json(await sign(user.id, new Date(session.expiresAt)))
  })
  return endpoint as TokenEndpoint
}

type Log = { readonly error: (message: string, ...details: unknown[]) => void }

// A zone that nobody knows, or too many changes today.
function isRefusal(error: unknown): boolean {
  return isMilepostError(error) && ['INPUT_INVALID', 'CHANGE_LIMITED', 'USER_ERASED'].includes(error.code)
}
