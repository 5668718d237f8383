import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const saltBytes = 16
const nonceBytes = 12
const tagBytes = 16

/**
 * Encrypts an answer with AES-256-GCM. HKDF-SHA256 (RFC 5869) derives the encryption key from the caller's
 * Idempotency-Key. That is not stored, so the database alone does not reveal answers. `context`: what the answer
 * belongs to; it only decrypts with the same context.
 */
export function sealed(text: string, idempotencyKey: string, context: string): string {
  const salt = randomBytes(saltBytes)
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, derivedKey(idempotencyKey, salt), nonce).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), body]).toString('base64')
}

/** Decrypts an answer of `sealed`. @throws if the key or the context is different */
export function unsealed(stored: string, idempotencyKey: string, context: string): string {
  const bytes = Buffer.from(stored, 'base64')
  const [salt, nonce, tag, body] = cut(bytes, saltBytes, nonceBytes, tagBytes)
  const decipher = createDecipheriv(algorithm, derivedKey(idempotencyKey, salt!), nonce!, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag!)
  return Buffer.concat([decipher.update(body!), decipher.final()]).toString('utf8')
}

function derivedKey(idempotencyKey: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', idempotencyKey, salt, 'milepost idempotent answer', 32))
}

function cut(bytes: Buffer, ...lengths: readonly number[]): readonly Buffer[] {
  const ends = lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, each) => sum + each, 0))
  return [0, ...ends].map((start, i) => bytes.subarray(start, ends[i]))
}
