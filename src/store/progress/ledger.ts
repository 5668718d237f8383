import { keyedCategory } from '../../core/awards/adjustments.js'
import type { Offer, OfferTerms } from '../../core/awards/limits.js'
import { groupBy } from '../../core/values/group-by.js'
import {
  anyOf,
  dateOf,
  instant,
  instantArray,
  instantOf,
  jsonOf,
  msOf,
  numericArray,
  textArray,
} from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { periodLabels } from './board-labels.js'
import { limitsGrown, replaceLimits } from './limits.js'
import { isOffer, netGains } from './net-gains.js'
import { periodsWritten, replacePeriodPoints } from './period-points.js'
import { rankChangesNoted } from './rank-changes.js'

/** Points that were gained or lost, with their cause. `at`: when they were earned. Negative if a gain is undone. */
export type Gain = {
  readonly userId: string
  /** `badge`, `adjustment`, `spending`, `refund`, or the name of the rule. */
  readonly source: string
  /** The period of a cap; otherwise empty. */
  readonly period: string
  /** With `itemKey`: the badge or completion that gave them. */
  readonly category: string
  readonly itemKey: string
  readonly points: number
  readonly at: Date
  /** Set if `points` are coins. */
  readonly currency?: string | undefined
  /** Why coins were spent, paid back or given manually. */
  readonly reason?: string | undefined
  /** Of a rule with limits: what was offered, of which `points` are left. Both are undone together. */
} & { readonly [Key in keyof Offer]?: Offer[Key] | undefined }

/** Adds gains to the ledger and to the points of their weeks and months. */
export async function writeGains(
  db: Session,
  tables: Tables,
  { gains, recordedAt }: { readonly gains: readonly Gain[]; readonly recordedAt: Date },
): Promise<void> {
  if (tables.layout.isSpread) await writeGainsOneByOne(db, tables, { gains, recordedAt })
  else await run(db, sql`with ${gainsWritten(tables, gains, recordedAt)} select count(*) from added`)
  await settleLosses(db, tables, { gains, recordedAt })
}

// A cluster takes no inserts inside of another statement, and counts no entries for rows that it inserts.
async function writeGainsOneByOne(
  db: Session,
  tables: Tables,
  { gains, recordedAt }: { readonly gains: readonly Gain[]; readonly recordedAt: Date },
): Promise<void> {
  const { pointsLedger } = tables
  const entries = new Map<string, number>()
  const pointsBefore = new Map<string, string>()
  for (const [userId, own] of groupBy(gains, gain => gain.userId)) {
    if (own.some(isLoss)) pointsBefore.set(userId, await readPoints(db, tables, userId))
    const rows = await run<{ cause: string; count: number }>(
      db,
      sql`select ${causeColumn} as cause, count(*)::int as count from ${pointsLedger}
        where user_id = ${userId} and item_key = ${anyOf(own.map(({ itemKey }) => itemKey))} group by 1`,
    )
    for (const { cause, count } of rows) entries.set(JSON.stringify([userId, ...JSON.parse(cause)]), count)
  }
  const numbered = gains.map(gain => {
    const cause = JSON.stringify([gain.userId, gain.source, gain.period, gain.category, gain.itemKey])
    const entry = entries.get(cause) ?? 0
    entries.set(cause, entry + 1)
    return { ...gain, entry, before: isLoss(gain) ? pointsBefore.get(gain.userId)! : 'NULL' }
  })
  const given = sql`unnest(${givenGains(gains)}, ${numericArray(numbered.map(({ entry }) => entry))},
      ${numericArray(numbered.map(({ before }) => before))}) as given (${givenColumns}, entry, before)`
  await run(db, ledgerInsert(tables, { given, entry: raw('entry::int'), before: raw('before'), recordedAt }))
  if (gains.some(isLimited)) await replaceLimits(db, tables, [...new Set(gains.map(({ userId }) => userId))])
  await run(
    db,
    boardsRaised(
      tables,
      gains,
      sql`(select user_id, points, ${instantOf(sql`at`)} as at, nullif(currency, '') as currency
        from unnest(${givenGains(gains)}) as given (${givenColumns})) as added`,
    ),
  )
}

function isPoints({ currency }: Pick<Gain, 'currency'>): boolean {
  return currency === undefined
}

function isLoss(gain: Gain): boolean {
  return gain.points < 0 && isPoints(gain)
}

async function readPoints(db: Session, { userStandings }: Tables, userId: string): Promise<string> {
  const rows = await run<{ points: string }>(
    db,
    sql`select points::text as points from ${userStandings} where user_id = ${userId}`,
  )
  return rows[0]!.points
}

const causeColumn = raw('json_build_array(source, period, category, item_key)::text')

const givenColumns = raw(
  'user_id, source, period, category, item_key, points, at, offered, cap, terms, currency, reason',
)

function givenGains(gains: readonly Gain[]): Sql {
  const texts = (textOf: (gain: Gain) => string): Sql => textArray(gains.map(textOf))
  const numbers = (numberOf: (gain: Gain) => number | null | undefined): Sql =>
    numericArray(gains.map(gain => numberOf(gain) ?? 'NULL'))
  return sql`${texts(gain => gain.userId)}, ${texts(gain => gain.source)}, ${texts(gain => gain.period)},
    ${texts(gain => gain.category)}, ${texts(gain => gain.itemKey)}, ${numbers(gain => gain.points)},
    ${instantArray(gains.map(gain => gain.at))}, ${numbers(gain => gain.offered)}, ${numbers(gain => gain.cap)},
    ${texts(({ terms }) => (terms ? JSON.stringify(terms) : ''))}, ${texts(({ currency = '' }) => currency)},
    ${texts(({ reason = '' }) => reason)}`
}

type LedgerInsert = { readonly given: Sql; readonly entry: Sql; readonly before: Sql; readonly recordedAt: Date }

function ledgerInsert({ pointsLedger }: Tables, { given, entry, before, recordedAt }: LedgerInsert): Sql {
  return sql`insert into ${pointsLedger} (user_id, source, period, category, item_key, entry, points, at, recorded_at,
        offered, cap, terms, currency, reason, points_before)
      select user_id, source, period, category, item_key, ${entry}, points, ${instantOf(sql`at`)}, ${instant(recordedAt)},
        offered, cap, nullif(terms, '')::jsonb, nullif(currency, ''), nullif(reason, ''), ${before}
      from ${given}
      order by user_id collate "C", source collate "C", period collate "C", category collate "C", item_key collate "C"`
}

// Coins are on no board.
function boardsRaised(tables: Tables, gains: readonly Gain[], added: Sql): Sql {
  const times = gains.map(({ at }) => at.getTime())
  const range = { from: times.reduce((a, b) => Math.min(a, b)), until: times.reduce((a, b) => Math.max(a, b)) }
  return sql`insert into ${tables.userPeriodPoints} as b (user_id, period, points, reached_at)
      select user_id, label, sum(points), max(at) filter (where points > 0) from ${added}, ${periodLabels(tables, range)}
      where points <> 0 and currency is null group by user_id, label order by user_id collate "C", label
      on conflict (user_id, period) do update set
        points = b.points + excluded.points, reached_at = greatest(b.reached_at, excluded.reached_at)`
}

// Whether a gain has a share in a part of its rule that has a row of its own. Days are added up from the ledger.
function isLimited({ period, terms }: Gain): boolean {
  return Boolean(terms) || (period !== '' && period.length !== dayLength)
}

const dayLength = '2026-04-01'.length

/**
 * Corrects weeks, months and limits of users who lost points, because only the ledger knows which gain is now the last
 * one. Does nothing if no points were lost.
 */
export async function settleLosses(
  db: Session,
  tables: Tables,
  { gains, recordedAt }: { readonly gains: readonly Gain[]; readonly recordedAt: Date },
): Promise<void> {
  const lost = gains.filter(({ points, offered = 0 }) => points < 0 || offered < 0)
  if (lost.length === 0) return
  const idsOf = (list: readonly Gain[]): string[] => [...new Set(list.map(({ userId }) => userId))]
  const lostPoints = lost.filter(isPoints)
  if (lostPoints.length > 0) await replacePeriodPoints(db, tables, { userIds: idsOf(lostPoints), recordedAt })
  const limited = lost.filter(isLimited)
  if (limited.length > 0) await replaceLimits(db, tables, idsOf(limited))
}

/** Does the same as part of the `with` of another statement. */
export function gainsWritten(tables: Tables, gains: readonly Gain[], recordedAt: Date): Sql {
  const { pointsLedger, userStandings } = tables
  const given = sql`unnest(${givenGains(gains)}) with ordinality as given (${givenColumns}, place)`
  const entry = sql`(select count(*) from ${pointsLedger} as l where l.user_id = given.user_id and l.source = given.source
          and l.period = given.period and l.category = given.category and l.item_key = given.item_key)
          + row_number() over (partition by user_id, source, period, category, item_key order by place) - 1`
  // The standing is written after the ledger, so it still has the points before.
  const before = sql`case when points < 0 and currency = ''
          then (select s.points from ${userStandings} as s where s.user_id = given.user_id) end`
  return sql`added as (
      ${ledgerInsert(tables, { given, entry, before, recordedAt })}
      returning user_id, points, at, source, period, offered, cap, terms, currency
    ), ${gains.some(isLimited) ? sql`${limitsGrown(tables)}, ` : sql``}boards as (
      ${boardsRaised(tables, gains, raw('added'))}
      returning b.user_id, b.period, b.points
    ), ${rankChangesNoted(tables, { name: 'period_ranked', rows: periodsWritten(tables, 'boards'), at: recordedAt })}`
}

/** Takes back what a completion offered and gave by itself, if anything. */
export async function undoGains(
  db: Session,
  tables: Tables,
  { userId, category, itemKey, recordedAt }: UndoneCompletion,
): Promise<void> {
  const rows = await readNet(db, tables, { userId, category, itemKey })
  const gains = rows.map(row => ({ userId, category, itemKey, ...takenBack(row) }))
  if (gains.length > 0) await writeGains(db, tables, { gains, recordedAt })
}

type UndoneRow = {
  readonly source: string
  readonly period: string
  readonly currency: string | null
  readonly cap: string | null
  readonly terms: string | null
  readonly at: number
  readonly points: string
  readonly offered: string | null
}

function takenBack({ source, period, currency, cap, terms, at, points, offered }: UndoneRow) {
  return {
    ...{ source, period, at: dateOf(at), points: -Number(points), currency: currency ?? undefined },
    ...(offered !== null && { offered: -Number(offered), cap: cap === null ? null : Number(cap) }),
    ...(terms !== null && { terms: jsonOf(terms) as OfferTerms }),
  }
}

/** What the ledger has under a key of the caller: an adjustment, or coins that were spent or paid back. */
export type KeyedGain = Pick<Gain, 'source' | 'points' | 'at'> & {
  readonly currency: string | null
  readonly reason: string | null
}

/** Reads the gains under a key of the caller, first ones first. Needs the user's lock. */
export async function readKeyedGains(
  db: Session,
  { pointsLedger }: Tables,
  { userId, sources, key }: { readonly userId: string; readonly sources: readonly string[]; readonly key: string },
): Promise<readonly KeyedGain[]> {
  const rows = await run<Omit<KeyedGain, 'at'> & { readonly at: number }>(
    db,
    sql`select source, points::float8 as points, currency, reason, ${msOf(sql`at`)} as at from ${pointsLedger}
      where user_id = ${userId} and source = ${anyOf(sources)} and period = '' and category = ${keyedCategory}
        and item_key = ${key} order by entry`,
  )
  return rows.map(row => ({ ...row, at: dateOf(row.at) }))
}

/** Writes a gain under a key of the caller. Needs the user's lock. */
export async function writeKeyedGain(
  db: Session,
  tables: Tables,
  { key: itemKey, ...gain }: Omit<Gain, 'period' | 'category' | 'itemKey'> & { readonly key: string },
): Promise<void> {
  const gains = [{ ...gain, period: '', category: keyedCategory, itemKey }]
  await writeGains(db, tables, { gains, recordedAt: gain.at })
}

/** Reads the points that a completion gave by itself. */
export async function readGained(
  db: Session,
  tables: Tables,
  completion: Omit<UndoneCompletion, 'recordedAt'>,
): Promise<number> {
  const rows = await readNet(db, tables, completion)
  return rows.reduce((sum, { points, currency }) => (currency === null ? sum + Number(points) : sum), 0)
}

function readNet(
  db: Session,
  tables: Tables,
  { userId, category, itemKey }: Omit<UndoneCompletion, 'recordedAt'>,
): Promise<readonly UndoneRow[]> {
  return run(
    db,
    sql`select source, period, currency, cap::text as cap, terms::text as terms, ${msOf(sql`at`)} as at, points::text as points,
        case when ${isOffer} then offered::text end as offered
      from (${netGains(tables, sql`${userId}`)}) as net where category = ${category} and item_key = ${itemKey}`,
  )
}

/** An undone completion, and when it was undone. */
export type UndoneCompletion = {
  readonly userId: string
  readonly category: string
  readonly itemKey: string
  readonly recordedAt: Date
}
