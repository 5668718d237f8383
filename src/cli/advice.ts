import type { ErrorCode, MilepostError } from '../core/values/errors.js'

const again = 'Run it again. Everything committed so far is kept.'

const adviceByCode: Readonly<Record<ErrorCode, string | null>> = {
  CATALOG_INVALID: 'Fix these in the catalog, then run `milepost lint` on it.',
  INPUT_INVALID: null,
  BATCH_TOO_LARGE: 'Send fewer at once.',
  TRANSACTION_ISOLATION: null,
  USER_BUSY: 'Another transaction has locked this user. Find it in pg_stat_activity, or try again.',
  CONNECTION_BUSY: 'Close other connections, or raise the connection limit of the server.',
  MILESTONE_NOT_FOUND: 'Use an id from the catalog. `milepost versions --json` shows the current catalog.',
  CATALOG_UNAPPLIED: 'Apply this catalog: `milepost apply --catalog <file>`.',
  APPLY_SUPERSEDED: 'See `milepost versions`, then apply the version you want.',
  CHANGE_LIMITED: null,
  USER_MERGED: null,
  USER_ERASED: 'An erased user stays erased. If this user has come back, call `allowReturn` first.',
  HISTORY_FOLDED: null,
  BADGE_LIMIT_REACHED: 'Raise the limit of the milestone and apply the catalog, or revoke the badge of another user.',
  SERVICE_CLOSED: again,
  SCHEMA_MISSING: 'Run `milepost migrate` with the same --database and --schema.',
  DRIVER_MISSING: null,
  DATABASE_FAILED: again,
  DATABASE_IN_USE: 'Stop your app while you use this command. To use both at once, keep the data in a Postgres server.',
  DATABASE_ABORTED: again,
}

const adviceByCause: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing answers at this address. Check that the server is running and that host and port are right.',
  ENOTFOUND: 'Host not found. Check the address.',
  ETIMEDOUT: 'The host does not answer. Check the address and any firewalls.',
  '28P01': 'Check the user name and the password.',
  '28000': 'The server refuses this user. Check the user name and pg_hba.conf.',
  '3D000': 'Create the database first, or use another one in the address.',
  '42501': 'This database user lacks permission. `migrate` needs CREATE on the database or on the schema.',
}

/** Returns advice for an error of the library, for somebody at a terminal; null if the message is enough. */
export function adviceFor({ code, cause }: MilepostError): string | null {
  const causeCode = (cause as { readonly code?: unknown } | undefined)?.code
  const byCause = typeof causeCode === 'string' ? adviceByCause[causeCode] : undefined
  return (code === 'DATABASE_FAILED' ? byCause : undefined) ?? adviceByCode[code]
}
