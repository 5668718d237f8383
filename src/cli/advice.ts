import type { ErrorCode, MilepostError } from '../core/values/errors.js'

const again = 'Run it again; what was committed before stands.'

const adviceByCode: Readonly<Record<ErrorCode, string | null>> = {
  CATALOG_INVALID: 'Mend these in the catalog, then run `milepost lint` on it.',
  INPUT_INVALID: null,
  BATCH_TOO_LARGE: 'Give fewer at once.',
  TRANSACTION_ISOLATION: null,
  USER_BUSY: 'Another transaction holds this user. Find it in pg_stat_activity, or call again.',
  CONNECTION_BUSY: 'Close other connections, or raise the limit of the server.',
  MILESTONE_NOT_FOUND:
    'Use one of the ids that the catalog has; `milepost versions --json` shows the catalog that governs.',
  CATALOG_UNAPPLIED: 'Apply this catalog: `milepost apply --catalog <file>`.',
  APPLY_SUPERSEDED: 'See `milepost versions`, and apply the one that is to govern.',
  CHANGE_LIMITED: null,
  USER_ERASED: 'An erased user stays erased. For one who signs up anew, call `allowReturn` of the library.',
  SERVICE_CLOSED: again,
  SCHEMA_MISSING: 'Run `milepost migrate` with the same --database and --schema.',
  DRIVER_MISSING: null,
  DATABASE_FAILED: again,
  DATABASE_IN_USE: 'Stop the process that has the folder open; a folder belongs to one at a time.',
  DATABASE_ABORTED: again,
}

const adviceByCause: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing answers there: is the server running, and are host and port right?',
  ENOTFOUND: 'There is no such host: look at the address.',
  ETIMEDOUT: 'The host does not answer: look at the address and at firewalls.',
  '28P01': 'Look at the user name and the password.',
  '28000': 'The server does not let this user in: look at the user name and at pg_hba.conf.',
  '3D000': 'Create the database first, or name another in the address.',
  '42501': 'This user may not do that. `migrate` needs the right to create in the database or in the schema.',
}

/** Says what to do about an error of the library, as somebody at a terminal can; null where its message says it. */
export function adviceFor({ code, cause }: MilepostError): string | null {
  const causeCode = (cause as { readonly code?: unknown } | undefined)?.code
  const byCause = typeof causeCode === 'string' ? adviceByCause[causeCode] : undefined
  return (code === 'DATABASE_FAILED' ? byCause : undefined) ?? adviceByCode[code]
}
