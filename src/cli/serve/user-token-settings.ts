import { readFile } from 'node:fs/promises'
import { checkTokenKeys, sharedSecretKey, type UserTokenKey } from '../../http/auth/user-token-keys.js'
import { type UserSetting, type UserTokenOptions, userSettings } from '../../http/auth/user-tokens.js'
import type { Arguments } from '../command.js'
import { failure, usageError } from '../failure.js'

/**
 * Reads how to verify user tokens; undefined if there is no key. A secret comes from a file or the environment, because
 * other users of the machine can see the arguments of a command.
 * @throws USAGE, FILE_UNREADABLE, INPUT_INVALID for invalid keys
 */
export async function userTokenSettings(
  { texts, flags }: Arguments,
  env: NodeJS.ProcessEnv,
): Promise<UserTokenOptions | undefined> {
  const secret = await given(texts['user-token-secret-file'], env.MILEPOST_USER_TOKEN_SECRET)
  const jwks = await given(texts['user-token-jwks'], env.MILEPOST_USER_TOKEN_JWKS)
  if (secret === undefined && jwks === undefined) return undefined
  if (secret !== undefined && jwks !== undefined) {
    throw usageError(
      'A secret and a set of keys cannot be combined.',
      'Put the secret into the set, as a key with `kty: oct`.',
    )
  }
  const keys = jwks === undefined ? [sharedSecretKey(secret!)] : keysFrom(jwks)
  checkTokenKeys(keys)
  const issuer = texts['user-token-issuer']
  const attributes = texts['user-token-attributes']
  const settings = texts['user-token-settings']
  return {
    keys,
    audience: texts['user-token-audience'] ?? (env.MILEPOST_USER_TOKEN_AUDIENCE || 'milepost'),
    ...(issuer !== undefined && { issuer }),
    leaderboard: flags.has('user-token-leaderboard'),
    ...(settings !== undefined && { settings: settingsNamed(settings) }),
    ...(attributes !== undefined && { attributes: attributes.split(',').map(name => name.trim()) }),
  }
}

function settingsNamed(text: string): readonly UserSetting[] {
  return text.split(',').flatMap(each => {
    const name = each.trim()
    if (name === '') return []
    const setting = userSettings.find(known => known === name)
    if (setting) return [setting]
    throw usageError(`--user-token-settings takes ${userSettings.join(', ')}, not "${name}".`)
  })
}

async function given(file: string | undefined, inEnvironment: string | undefined): Promise<string | undefined> {
  if (file === undefined) return inEnvironment || undefined
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    throw failure('FILE_UNREADABLE', `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  }
}

function keysFrom(text: string): readonly UserTokenKey[] {
  // The parser's own message would quote the text, which may be a secret.
  const parsed = parsedOrNull(text) as { readonly keys?: readonly UserTokenKey[] } | null
  if (Array.isArray(parsed?.keys)) return parsed.keys
  throw usageError(
    'The user token keys are not a valid JSON Web Key Set.',
    'It looks like { "keys": [{ "kty": …, "alg": … }] }.',
  )
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
