import { badgeCategory } from '../../core/users/completion.js'
import { msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { join, raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** The kinds of rows in an export. */
export type UserRowKind =
  | 'standing'
  | 'completion'
  | 'badge'
  | 'metric'
  | 'time zone'
  | 'attribute'
  | 'pause'
  | 'freeze'
  | 'decision'
  | 'sighting'
  | 'gain'
  | 'period points'
  | 'fold'
  | 'folded keys'
  | 'audit'
  | 'event'
  | 'delivery'

/** A stored row of one user as JSON. Instants are milliseconds since 1970, under names that end in `At`. */
export type UserRow = { readonly kind: UserRowKind; readonly json: string }

/** How many rows are fetched at once. */
const pageSize = 5_000

let cursorCount = 0

/**
 * Reads everything stored about a user, page by page, in one statement. So all of it is from one moment, also in a
 * caller's transaction. Needs a transaction, since it uses a cursor.
 */
export async function* readUserRows(tx: Session, tables: Tables, userId: string): AsyncGenerator<readonly UserRow[]> {
  cursorCount += 1
  const cursor = raw(`milepost_export_${cursorCount}`)
  const branches = join(branchesOf(tables, userId), ' union all ')
  await run(
    tx,
    sql`declare ${cursor} no scroll cursor for
      select kind, json::text as json from (${branches}) as rows
      order by kind, at, name collate "C", detail collate "C", number`,
  )
  for (let isLast = false; !isLast; ) {
    const rows = await run<UserRow>(tx, sql`fetch ${raw(String(pageSize))} from ${cursor}`)
    isLast = rows.length < pageSize
    yield rows
  }
  await run(tx, sql`close ${cursor}`)
}

type Branch = {
  readonly kind: UserRowKind
  readonly table: unknown
  /** Names in the export, each with its column if that is called otherwise: `earnedAt=completed_at`. */
  readonly fields: string
  /** Expressions by their names in the export. */
  readonly more?: Readonly<Record<string, string>>
  /** Expressions by which rows of this kind are sorted, in this order. */
  readonly at?: string
  readonly name?: string
  readonly detail?: string
  readonly number?: string
  readonly where?: string
}

function branchesOf(tables: Tables, userId: string): Sql[] {
  const branches = [progressBranches, countedBranches, foldedBranches, setBranches, manualBranches, outgoingBranches]
  return branches.flatMap(branchesIn => branchesIn(tables)).map(branch => branchSql(branch, userId))
}

function branchSql(branch: Branch, userId: string): Sql {
  const { kind, table, fields, more = {}, at = 'null::timestamptz', name = `''`, detail = `''`, number = '0' } = branch
  const members = [
    ...fields.split(' ').map(memberOf),
    ...Object.entries(more).map(([key, value]) => raw(`'${key}', ${value}`)),
  ]
  return sql`select ${kind}::text as kind, ${raw(at)} as at, ${raw(name)} as name, ${raw(detail)} as detail,
      ${raw(number)} as number, jsonb_build_object(${join(members, ', ')}) as json
    from ${table} where user_id = ${userId} ${raw(branch.where ?? '')}`
}

function memberOf(field: string): Sql {
  const [name = '', column = snakeCase(name)] = field.split('=')
  return sql`${raw(`'${name}'`)}, ${name.endsWith('At') ? msOf(raw(column)) : raw(column)}`
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

function progressBranches({ userProgress: table }: Tables): readonly Branch[] {
  const common = { table, at: 'completed_at', detail: 'item_key' }
  return [
    {
      ...common,
      kind: 'completion',
      fields: 'category itemKey completedAt recordedAt metadata',
      name: 'category',
      where: `and category <> '${badgeCategory}'`,
    },
    {
      ...common,
      kind: 'badge',
      fields: 'id=item_key earnedAt=completed_at recordedAt metadata',
      where: `and category = '${badgeCategory}'`,
    },
  ]
}

function countedBranches({ userStandings, userMetrics, pointsLedger, userPeriodPoints }: Tables): readonly Branch[] {
  return [
    {
      kind: 'standing',
      table: userStandings,
      fields: 'points badgeCount reachedAt completionPoints visibility mergedInto',
    },
    {
      kind: 'metric',
      table: userMetrics,
      fields: 'metric part=period value lastAt state',
      name: 'metric',
      detail: 'period',
    },
    {
      kind: 'gain',
      table: pointsLedger,
      fields: 'source category itemKey points offered terms pointsBefore currency reason gainedAt=at recordedAt',
      at: 'at',
      name: `category || ' ' || item_key`,
      detail: 'source',
      number: 'entry',
    },
    { kind: 'period points', table: userPeriodPoints, fields: 'period points reachedAt', name: 'period' },
  ]
}

function foldedBranches({ userFolds, foldedKeys }: Tables): readonly Branch[] {
  return [
    { kind: 'fold', table: userFolds, fields: 'untilAt=until foldedAt snapshot', at: 'until' },
    {
      kind: 'folded keys',
      table: foldedKeys,
      fields: 'category',
      more: { keys: `encode(keys, 'hex')` },
      name: 'category',
      detail: `encode(first_key, 'hex')`,
    },
  ]
}

function setBranches(tables: Tables): readonly Branch[] {
  const { userTimeZones, userAttributes, streakPauses, streakFreezes, badgeSightings } = tables
  return [
    {
      kind: 'time zone',
      table: userTimeZones,
      fields: 'zone sinceAt=since',
      // It ends in `At`, but it is a time of day.
      more: { dayStartsAt: 'day_starts_at' },
      at: 'since',
    },
    { kind: 'attribute', table: userAttributes, fields: 'name value', name: 'name' },
    {
      kind: 'pause',
      table: streakPauses,
      fields: 'fromAt untilAt inDays reason by=paused_by recordedAt',
      at: 'from_at',
    },
    { kind: 'freeze', table: streakFreezes, fields: 'key grantedAt', at: 'granted_at', name: 'key' },
    { kind: 'sighting', table: badgeSightings, fields: 'badgeId seenAt', at: 'seen_at', name: 'badge_id' },
  ]
}

function manualBranches({ badgeDecisions, auditLog }: Tables): readonly Branch[] {
  return [
    {
      kind: 'decision',
      table: badgeDecisions,
      fields: 'badgeId decision reason by=decided_by decidedAt',
      at: 'decided_at',
      name: 'badge_id',
    },
    { kind: 'audit', table: auditLog, fields: 'action reason by=done_by doneAt details', at: 'done_at', number: 'id' },
  ]
}

function outgoingBranches({ outbox, webhookDeliveries }: Tables): readonly Branch[] {
  return [
    {
      kind: 'event',
      table: outbox,
      fields: 'type sequence recordedAt=at',
      more: { badge: 'data::jsonb' },
      at: 'at',
      number: 'sequence',
    },
    {
      kind: 'delivery',
      table: webhookDeliveries,
      fields: 'type endpointId status createdAt deliveredAt',
      more: { body: 'body::jsonb' },
      at: 'created_at',
      name: 'id',
    },
  ]
}
