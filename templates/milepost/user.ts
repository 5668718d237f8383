/// <reference types="node" />
import type { IncomingHttpHeaders } from "node:http";

/**
 * Returns the id of the user who is signed in, or null. It takes the headers of
 * a `Request`, and those of Node and Express.
 *
 * PUT YOUR OWN SESSION LOOKUP HERE, for example:
 *
 *   const session = await auth.api.getSession({ headers })
 *   return session?.user.id ?? null
 *
 * Until you do, nobody is signed in, and nobody can read badges. Only in
 * development there is a demo user.
 */
export async function userIdOf(
  sent: Headers | IncomingHttpHeaders,
): Promise<string | null> {
  const headers = new Headers(sent as Record<string, string>);
  if (isDevelopment) return headers.get("x-demo-user") ?? "demo";
  return nobodyYet();
}

/** What the page says to people who are not signed in. */
export let signInText = "Sign in to see your badges.";

/** Says what is missing. Delete this when your lookup is above. */
function nobodyYet(): null {
  const file = "milepost/user.ts";
  const hint = `Nobody is signed in until ${file} says who.`;
  console.warn(hint);
  signInText = `Sign in to see your badges. (${hint})`;
  return null;
}

const { NODE_ENV, npm_lifecycle_event: script } = process.env;

/** Whether this is `npm run dev`. With NODE_ENV=production it never is. */
export const isDevelopment: boolean = NODE_ENV
  ? NODE_ENV === "development"
  : /\bdev\b/.test(script ?? "");
