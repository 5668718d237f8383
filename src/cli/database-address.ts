import type { Call } from './command.js'
import { usageError } from './failure.js'

/** The address of the database. */
export type DatabaseAddress =
  | { readonly type: 'server'; readonly url: string }
  | { readonly type: 'folder'; readonly folder: string; readonly isDefault?: boolean }

const defaultFolder = '.milepost'

/**
 * Finds the address of the database: `--database`, otherwise DATABASE_URL, otherwise the folder `.milepost`. @throws
 * USAGE
 */
export function databaseAddress({ args, env }: Pick<Call, 'args' | 'env'>): DatabaseAddress {
  const address = args.texts.database ?? (env.DATABASE_URL || defaultFolder)
  if (/^postgres(ql)?:\/\//i.test(address)) return { type: 'server', url: address }
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(address)?.[1]
  if (scheme) throw usageError(`${scheme}:// is not a Postgres address.`, addressHint)
  if (address.trim() === '') throw usageError('--database is empty.', addressHint)
  const isDefault = args.texts.database === undefined && !env.DATABASE_URL
  return { type: 'folder', folder: address, isDefault }
}

const addressHint = 'Use postgres://user@host/database, or a folder for the embedded database.'
