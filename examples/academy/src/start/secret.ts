import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const shortest = 32

/** Reads what cookies and tokens are signed with, and makes it the first time, so that people stay signed in. */
export function readSecret(folder: string): string {
  const path = join(folder, 'secret')
  if (!existsSync(path)) writeSecret(folder, path)
  const secret = readFileSync(path, 'utf8')
  if (secret.length >= shortest) return secret
  throw new Error(`${path} holds no secret any more. Delete it: then a new one is made, and everybody signs in again.`)
}

// Under another name first: a process that ends in between leaves no half of it.
function writeSecret(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true })
  const written = `${path}.${process.pid}`
  writeFileSync(written, randomBytes(shortest).toString('base64url'), { mode: 0o600 })
  renameSync(written, path)
}
