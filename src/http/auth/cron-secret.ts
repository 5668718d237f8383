import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Makes a check whether a request has the secret of cron jobs, `Authorization: Bearer <secret>`, in a time that does not
 * depend on how much of it is right. Without a secret, no request has it.
 */
export function cronSecretCheck(secret: string | undefined): (request: Request) => boolean {
  if (secret === undefined || secret === '') return () => false
  const wanted = digestOf(`Bearer ${secret}`)
  return request => timingSafeEqual(digestOf(request.headers.get('authorization') ?? ''), wanted)
}

// Of equal length, whatever is compared.
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
