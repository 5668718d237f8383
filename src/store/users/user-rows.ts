import { badgeCategory } from '../../core/users/completion.js'
import { msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { identifier, join, raw, type Sql, sql } from '../database/sql.js'
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
  /** Columns by their names in the export. */
  readonly columns: Readonly<Record<string, Sql>>
  readonly at: Sql
  readonly name?: Sql
  readonly detail?: Sql
  readonly number?: Sql
  readonly where?: Sql
}

function branchesOf(tables: Tables, userId: string): Sql[] {
  const branches = [progressBranches, countedBranches, foldedBranches, setBranches, manualBranches, outgoingBranches]
  return branches.flatMap(branchesIn => branchesIn(tables)).map(branch => branchSql(branch, userId))
}

function branchSql({ kind, table, columns, at, name, detail, number, where }: Branch, userId: string): Sql {
  const members = Object.entries(columns).map(([key, column]) => sql`${key}::text, ${column}`)
  return sql`select ${kind}::text as kind, ${at} as at, ${name ?? sql`''`} as name, ${detail ?? sql`''`} as detail,
      ${number ?? sql`0`} as number, jsonb_build_object(${join(members, ', ')}) as json
    from ${table} where user_id = ${userId} ${where ?? sql``}`
}

const column = (name: string): Sql => sql`${identifier(name)}`
const ms = (name: string): Sql => msOf(column(name))

function progressBranches({ userProgress }: Tables): readonly Branch[] {
  const dates = { recordedAt: ms('recorded_at'), metadata: column('metadata') }
  const common = { table: userProgress, at: column('completed_at'), detail: column('item_key') }
  return [
    {
      ...common,
      kind: 'completion',
      columns: {
        category: column('category'),
        itemKey: column('item_key'),
        completedAt: ms('completed_at'),
        ...dates,
      },
      name: column('category'),
      where: sql`and category <> ${badgeCategory}`,
    },
    {
      ...common,
      kind: 'badge',
      columns: { id: column('item_key'), earnedAt: ms('completed_at'), ...dates },
      where: sql`and category = ${badgeCategory}`,
    },
  ]
}

function countedBranches({ userStandings, userMetrics, pointsLedger, userPeriodPoints }: Tables): readonly Branch[] {
  const gained = { points: column('points') }
  return [
    {
      kind: 'standing',
      table: userStandings,
      columns: {
        ...gained,
        badgeCount: column('badge_count'),
        reachedAt: ms('reached_at'),
        completionPoints: column('completion_points'),
        visibility: column('visibility'),
        mergedInto: column('merged_into'),
      },
      at: sql`null::timestamptz`,
    },
    {
      kind: 'metric',
      table: userMetrics,
      columns: {
        metric: column('metric'),
        part: column('period'),
        value: column('value'),
        lastAt: ms('last_at'),
        state: column('state'),
      },
      at: sql`null::timestamptz`,
      name: column('metric'),
      detail: column('period'),
    },
    {
      kind: 'gain',
      table: pointsLedger,
      columns: {
        source: column('source'),
        category: column('category'),
        itemKey: column('item_key'),
        ...gained,
        offered: column('offered'),
        terms: column('terms'),
        pointsBefore: column('points_before'),
        gainedAt: ms('at'),
        recordedAt: ms('recorded_at'),
      },
      at: column('at'),
      name: sql`category || ' ' || item_key`,
      detail: column('source'),
      number: column('entry'),
    },
    {
      kind: 'period points',
      table: userPeriodPoints,
      columns: { period: column('period'), ...gained, reachedAt: ms('reached_at') },
      at: sql`null::timestamptz`,
      name: column('period'),
    },
  ]
}

function foldedBranches({ userFolds, foldedKeys }: Tables): readonly Branch[] {
  return [
    {
      kind: 'fold',
      table: userFolds,
      columns: { untilAt: ms('until'), foldedAt: ms('folded_at'), snapshot: column('snapshot') },
      at: column('until'),
    },
    {
      kind: 'folded keys',
      table: foldedKeys,
      columns: { category: column('category'), keys: sql`encode(keys, 'hex')` },
      at: sql`null::timestamptz`,
      name: column('category'),
      detail: sql`encode(first_key, 'hex')`,
    },
  ]
}

function setBranches({
  userTimeZones,
  userAttributes,
  streakPauses,
  streakFreezes,
  badgeSightings,
}: Tables): readonly Branch[] {
  return [
    {
      kind: 'time zone',
      table: userTimeZones,
      columns: { zone: column('zone'), dayStartsAt: column('day_starts_at'), sinceAt: ms('since') },
      at: column('since'),
    },
    {
      kind: 'attribute',
      table: userAttributes,
      columns: { name: column('name'), value: column('value') },
      at: sql`null::timestamptz`,
      name: column('name'),
    },
    {
      kind: 'pause',
      table: streakPauses,
      columns: {
        fromAt: ms('from_at'),
        untilAt: ms('until_at'),
        inDays: column('in_days'),
        reason: column('reason'),
        by: column('paused_by'),
        recordedAt: ms('recorded_at'),
      },
      at: column('from_at'),
    },
    {
      kind: 'freeze',
      table: streakFreezes,
      columns: { key: column('key'), grantedAt: ms('granted_at') },
      at: column('granted_at'),
      name: column('key'),
    },
    {
      kind: 'sighting',
      table: badgeSightings,
      columns: { badgeId: column('badge_id'), seenAt: ms('seen_at') },
      at: column('seen_at'),
      name: column('badge_id'),
    },
  ]
}

function manualBranches({ badgeDecisions, auditLog }: Tables): readonly Branch[] {
  const reason = { reason: column('reason') }
  return [
    {
      kind: 'decision',
      table: badgeDecisions,
      columns: {
        badgeId: column('badge_id'),
        decision: column('decision'),
        ...reason,
        by: column('decided_by'),
        decidedAt: ms('decided_at'),
      },
      at: column('decided_at'),
      name: column('badge_id'),
    },
    {
      kind: 'audit',
      table: auditLog,
      columns: {
        action: column('action'),
        ...reason,
        by: column('done_by'),
        doneAt: ms('done_at'),
        details: column('details'),
      },
      at: column('done_at'),
      number: column('id'),
    },
  ]
}

function outgoingBranches({ outbox, webhookDeliveries }: Tables): readonly Branch[] {
  const type = { type: column('type') }
  return [
    {
      kind: 'event',
      table: outbox,
      columns: { ...type, sequence: column('sequence'), badge: sql`data::jsonb`, recordedAt: ms('at') },
      at: column('at'),
      number: column('sequence'),
    },
    {
      kind: 'delivery',
      table: webhookDeliveries,
      columns: {
        ...type,
        endpointId: column('endpoint_id'),
        body: sql`body::jsonb`,
        status: column('status'),
        createdAt: ms('created_at'),
        deliveredAt: ms('delivered_at'),
      },
      at: column('created_at'),
      name: column('id'),
    },
  ]
}
