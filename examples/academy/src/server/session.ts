import type { Context } from 'hono'
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie'
import { SignJWT } from 'jose'
import { AcademyError } from './academy-error.js'
import { type Db, findLearner, type Learner } from './learners.js'

const cookieName = 'academy_learner'
const yearSeconds = 365 * 86_400
const tokenSeconds = 600

/** AffectedUsers the tokens are for that browsers call Milepost with. */
export const tokenAudience = 'milepost-academy'

/** Lets a browser be a learner from now on: the cookie is signed, so that it cannot say another name. */
export async function beginSession(c: Context, secret: string, { userId }: Learner): Promise<void> {
  await setSignedCookie(c, cookieName, userId, secret, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: yearSeconds,
  })
}

/** Forgets who a browser was. */
export function endSession(c: Context): void {
  deleteCookie(c, cookieName, { path: '/' })
}

/** Tells whose browser asks; null where nobody has signed in. */
export async function whoAsks(c: Context, secret: string, db: Db): Promise<Learner | null> {
  const userId = await getSignedCookie(c, secret, cookieName)
  return userId ? ((await findLearner(db, userId)) ?? null) : null
}

/** Makes a token by which a browser reads the learner's own badges from Milepost, for ten minutes. It records nothing. */
export async function userToken(secret: string, { userId }: Learner, now: Date): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setAudience(tokenAudience)
    .setExpirationTime(Math.floor(now.getTime() / 1000) + tokenSeconds)
    .sign(new TextEncoder().encode(secret))
}

/** Insists on a learner. @throws AcademyError */
export function signedIn(learner: Learner | null): Learner {
  if (learner) return learner
  throw new AcademyError(401, 'SIGNED_OUT', 'Sign in with your name first.')
}
