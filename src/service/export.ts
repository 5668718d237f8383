import { checkId } from '../core/completion.js'
import type { Json } from '../core/metadata.js'
import type { Visibility } from '../core/visibility.js'
import { inTransaction } from '../store/transaction.js'
import { readUserRows, type UserRow, type UserRowKind } from '../store/user-rows.js'
import type { CallOptions, ServiceContext } from './context.js'

/** A row of an export: its columns by name, instants as ISO 8601 in UTC. */
export type ExportedRow = { readonly [column: string]: Json }

/** Everything that is stored of one user, as plain JSON. Lists are in order of time. */
export type UserExport = {
  readonly format: 'milepost-user'
  /** Of this format; a change that readers must know of raises it. */
  readonly version: 1
  readonly exportedAt: string
  readonly userId: string
  readonly visibility: Visibility
  /** Points, badge count, when they were reached; null where nothing was ever recorded or counted. */
  readonly standing: ExportedRow | null
  readonly completions: readonly ExportedRow[]
  /** With everything that they said when awarded, as `metadata`. */
  readonly badges: readonly ExportedRow[]
  readonly metrics: readonly ExportedRow[]
  readonly timeZones: readonly ExportedRow[]
  readonly attributes: readonly ExportedRow[]
  /** The user's own; those of everybody are nobody's data. */
  readonly pauses: readonly ExportedRow[]
  readonly decisions: readonly ExportedRow[]
  readonly sightings: readonly ExportedRow[]
  readonly ledger: readonly ExportedRow[]
  readonly periodPoints: readonly ExportedRow[]
  readonly audit: readonly ExportedRow[]
  /** What the live stream and webhooks were told of the user, in the last week. */
  readonly told: readonly ExportedRow[]
  /** What was sent to webhooks, or waits to be. */
  readonly deliveries: readonly ExportedRow[]
}

/** Reads everything that is stored of a user, as it was at one moment; of an unknown one, empty lists. @throws INPUT_INVALID */
export async function exportUser(
  { db, tables, now }: ServiceContext,
  options: CallOptions,
  userId: string,
): Promise<UserExport> {
  checkId('userId', userId)
  const rows = await inTransaction(options.db ?? db, 'snapshot', async tx => {
    const found = new Map<UserRowKind, ExportedRow[]>()
    for await (const page of readUserRows(tx, tables, userId)) for (const row of page) sortIn(found, row)
    return found
  })
  return exportOf(userId, now(), kind => rows.get(kind) ?? [])
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

function exportOf(userId: string, at: Date, rowsOf: (kind: UserRowKind) => readonly ExportedRow[]): UserExport {
  const standing = rowsOf('standing')[0] ?? null
  return {
    format: 'milepost-user',
    version: 1,
    exportedAt: at.toISOString(),
    userId,
    visibility: (standing?.visibility as Visibility | undefined) ?? 'on',
    standing,
    completions: rowsOf('completion'),
    badges: rowsOf('badge'),
    metrics: rowsOf('metric'),
    timeZones: rowsOf('time zone'),
    attributes: rowsOf('attribute'),
    pauses: rowsOf('pause'),
    decisions: rowsOf('decision'),
    sightings: rowsOf('sighting'),
    ledger: rowsOf('gain'),
    periodPoints: rowsOf('period points'),
    audit: rowsOf('audit'),
    told: rowsOf('told'),
    deliveries: rowsOf('delivery'),
  }
}
