import { checkId } from '../../core/users/completion.js'
import { refuseMerged } from '../../core/users/user-merged.js'
import type { Visibility } from '../../core/users/visibility.js'
import type { Json } from '../../core/values/metadata.js'
import { inTransaction } from '../../store/database/transaction.js'
import { readFormerIds } from '../../store/users/former-ids.js'
import { readUserRows, type UserRow, type UserRowKind } from '../../store/users/user-rows.js'
import { type CallOptions, type ServiceContext, sessionFor } from '../context/context.js'

/** A row of an export: its columns by name, with instants as ISO 8601 in UTC. */
export type ExportedRow = { [column: string]: Json }

/** Everything stored about one user, as plain JSON. Lists are sorted by time. */
export type UserExport = {
  format: 'milepost-user'
  /** The version of this format. A change that readers must know about raises it. */
  version: 1
  exportedAt: string
  userId: string
  /** The ids of users who were merged into this one, and former ids of this one. */
  formerIds: string[]
  visibility: Visibility
  /** Points, badge count and when they were reached. Null if nothing was ever recorded or counted. */
  standing: ExportedRow | null
  completions: ExportedRow[]
  /** With the content that they had when awarded, as `metadata`. */
  badges: ExportedRow[]
  metrics: ExportedRow[]
  timeZones: ExportedRow[]
  attributes: ExportedRow[]
  /** The user's own pauses. Pauses for all users are not personal data. */
  pauses: ExportedRow[]
  /** The streak freezes that were granted. */
  freezes: ExportedRow[]
  decisions: ExportedRow[]
  sightings: ExportedRow[]
  ledger: ExportedRow[]
  periodPoints: ExportedRow[]
  /** What was counted from completions that were folded, and up to when. Instants in `snapshot` are milliseconds. */
  folds: ExportedRow[]
  /** The keys of folded completions: the first 128 bits of the SHA-256 of each item key, in hexadecimal digits, 32 for each. */
  foldedKeys: ExportedRow[]
  audit: ExportedRow[]
  /** The events about the user for the live stream and webhooks in the last week. */
  events: ExportedRow[]
  /** What was sent to webhooks or is waiting to be sent. */
  deliveries: ExportedRow[]
}

/**
 * Reads everything stored about a user at one moment. For an unknown user, the lists are empty. @throws INPUT_INVALID
 */
export async function exportUser(context: ServiceContext, options: CallOptions, userId: string): Promise<UserExport> {
  checkId('userId', userId)
  const { tables, now } = context
  return inTransaction(sessionFor(context, options), 'snapshot', async tx => {
    const found = new Map<UserRowKind, ExportedRow[]>()
    const formerIds = await readFormerIds(tx, tables, userId)
    for (const id of [userId, ...formerIds]) {
      for await (const page of readUserRows(tx, tables, id)) for (const row of page) sortIn(found, row)
    }
    const standing = standingIn(found)
    refuseMerged(userId, (standing?.mergedInto as string | undefined) ?? null)
    return exportOf({ userId, formerIds: [...formerIds], standing, at: now() }, kind => found.get(kind) ?? [])
  })
}

// The user's own is read first. Under a former id, only events are left.
function standingIn(found: ReadonlyMap<UserRowKind, ExportedRow[]>): ExportedRow | null {
  return found.get('standing')?.[0] ?? null
}

function sortIn(found: Map<UserRowKind, ExportedRow[]>, { kind, json }: UserRow): void {
  const rows = found.get(kind) ?? []
  found.set(kind, rows)
  rows.push(withInstants(JSON.parse(json)))
}

function withInstants(row: ExportedRow): ExportedRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) =>
      name.endsWith('At') && typeof value === 'number' ? [name, new Date(value).toISOString()] : [name, value],
    ),
  )
}

type Exported = Pick<UserExport, 'userId' | 'formerIds' | 'standing'> & { readonly at: Date }

function exportOf(
  { userId, formerIds, standing: stored, at }: Exported,
  rowsOf: (kind: UserRowKind) => ExportedRow[],
): UserExport {
  const { mergedInto: _, ...standing } = stored ?? {}
  return {
    format: 'milepost-user',
    version: 1,
    exportedAt: at.toISOString(),
    userId,
    formerIds,
    visibility: (standing.visibility as Visibility | undefined) ?? 'on',
    standing: stored && standing,
    completions: rowsOf('completion'),
    badges: rowsOf('badge'),
    metrics: rowsOf('metric'),
    timeZones: rowsOf('time zone'),
    attributes: rowsOf('attribute'),
    pauses: rowsOf('pause'),
    freezes: rowsOf('freeze'),
    decisions: rowsOf('decision'),
    sightings: rowsOf('sighting'),
    ledger: rowsOf('gain'),
    periodPoints: rowsOf('period points'),
    folds: rowsOf('fold'),
    foldedKeys: rowsOf('folded keys'),
    audit: rowsOf('audit'),
    events: rowsOf('event'),
    deliveries: rowsOf('delivery'),
  }
}
