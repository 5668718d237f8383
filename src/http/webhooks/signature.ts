import { createHmac } from 'node:crypto'

/** What is signed: exactly the bytes that are sent. */
export type Signed = {
  readonly id: string
  readonly at: Date
  readonly body: string
  readonly secrets: readonly string[]
}

/**
 * Makes the headers of Standard Webhooks, with one signature per secret, so that receivers can change their secret
 * without a gap.
 */
export function signatureHeaders({ id, at, body, secrets }: Signed): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  const signatures = secrets.map(secret => `v1,${signature(secret, `${id}.${timestamp}.${body}`)}`)
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

// The key is the base64 text after the prefix.
function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return createHmac('sha256', key).update(content).digest('base64')
}
