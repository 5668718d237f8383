import type { MetricTargets } from '../../core/awards/compile.js'
import { storedFoldOf } from '../../core/metrics/metric.js'
import { formatDecimal } from '../../core/values/decimal.js'
import { hiddenProperty } from '../../core/values/hidden-property.js'
import { instantList, numberList, textList } from '../database/columns.js'
import { runKept } from '../database/database.js'
import type { Sending } from '../database/session.js'
import { join, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { keyText, type NewRow } from './completions.js'
import type { Raising } from './metrics.js'

/**
 * How a call is used. `joined`: inside a transaction; everything is stored. The others are transactions of their own
 * and leave users who need more than the call does: `apart` only these users, `whole` then all of them.
 */
export type CallWay = 'joined' | 'apart' | 'whole'

/** What must be true of users whose metrics the call raises, under their locks. */
export type CallExpectations = {
  /** What they were counted with. */
  readonly counting: string
  /** The version of the catalog applied last, or 0 if none was. */
  readonly catalogVersion: number
  /** How often pauses for all users were created or deleted. Null if they do not matter. */
  readonly pauseChanges: number | null
}

/** Completions, and what they add to metrics if all of them are new. The keys must all differ. */
export type RecordCall = Raising & {
  readonly rows: readonly NewRow[]
  readonly recordedAt: Date
  readonly expected: CallExpectations
}

/** What a call did. */
export type CallAnswer = {
  /** Whether the metrics were raised. If not, everything after storing the completions remains to be done. */
  readonly isRaised: boolean
  /** The users who crossed a target (`joined`), or who were left and have nothing stored. */
  readonly userIds: ReadonlySet<string>
  /** The keys that were stored, as {@link keyText}, or null if all were. */
  readonly stored: ReadonlySet<string> | null
}

/**
 * Stores completions and raises their metrics, in one call of a function in the database. Returns null if it did
 * nothing: then use statements.
 */
export async function callRecord(
  db: Sending,
  { recordFunction }: Tables,
  way: CallWay,
  { rows, recordedAt, raises, targets, expected }: RecordCall,
): Promise<CallAnswer | null> {
  const lists = [...targets.values()].map(textsOf)
  const userIds = [...new Set(rows.map(row => row.userId))]
  const ownerOf = positionsOf(userIds)
  const goalOf = positionsOf(targets.keys())
  const metrics = new Map(raises.map(({ metric }) => [metric.name, metric]))
  const values = [
    way,
    expected.counting,
    String(expected.catalogVersion),
    expected.pauseChanges === null ? '' : String(expected.pauseChanges),
    String(recordedAt.getTime()),
    textList(userIds),
    numberList(rows.map(row => ownerOf.get(row.userId)!)),
    textList(rows.map(row => row.category)),
    textList(rows.map(row => row.itemKey)),
    textList(rows.map(row => row.metadataJson)),
    instantList(rows.map(row => row.completedAt)),
    numberList(raises.map(raise => ownerOf.get(raise.userId)!)),
    numberList(raises.map(raise => goalOf.get(raise.metric.name)!)),
    numberList(raises.map(raise => formatDecimal(raise.amount))),
    instantList(raises.map(raise => raise.lastAt)),
    textList([...targets.keys()]),
    textList([...targets.keys()].map(name => storedFoldOf(metrics.get(name)!))),
    textList(lists.map(({ fixed }) => fixed)),
    textList(lists.map(({ steps }) => steps)),
  ]
  // Without casts, so that the function's own types decide, whatever the host's search_path finds.
  const call = sql`select ${recordFunction}(${join(values)}) as answer`
  const [row] = await runKept<{ answer: string | null }>(db, call)
  return row!.answer === null ? null : answerFrom(JSON.parse(row!.answer))
}

/**
 * Stores completions of one user and raises their metrics on the node of a cluster that holds the user. Returns whether it
 * did: if not, nothing is written.
 */
export async function callRecordUser(
  db: Sending,
  { recordUserFunction }: Tables,
  { rows, recordedAt, raises, targets, expected }: RecordCall,
): Promise<boolean> {
  const lists = raises.map(({ metric }) => textsOf(targets.get(metric.name)!))
  const values = [
    rows[0]!.userId,
    expected.counting,
    String(expected.catalogVersion),
    expected.pauseChanges === null ? '' : String(expected.pauseChanges),
    String(recordedAt.getTime()),
    textList(rows.map(row => row.category)),
    textList(rows.map(row => row.itemKey)),
    textList(rows.map(row => row.metadataJson)),
    instantList(rows.map(row => row.completedAt)),
    textList(raises.map(({ metric }) => metric.name)),
    numberList(raises.map(({ amount }) => formatDecimal(amount))),
    instantList(raises.map(({ lastAt }) => lastAt)),
    textList(raises.map(({ metric }) => storedFoldOf(metric))),
    textList(lists.map(({ fixed }) => fixed)),
    textList(lists.map(({ steps }) => steps)),
  ]
  const [row] = await runKept<{ is_recorded: boolean }>(
    db,
    sql`select ${recordUserFunction}(${join(values)}) as is_recorded`,
  )
  return row!.is_recorded
}

/** Numbers keys from 1 on, as Postgres numbers the elements of an array. */
function positionsOf(keys: Iterable<string>): ReadonlyMap<string, number> {
  return new Map([...keys].map((key, i) => [key, i + 1]))
}

type AnswerJson = {
  readonly raised: boolean
  readonly users: readonly string[]
  readonly stored: readonly [userIds: readonly string[], categories: readonly string[], items: readonly string[]] | null
}

function answerFrom({ raised, users, stored }: AnswerJson): CallAnswer {
  const keys = stored?.[0].map((userId, i) => keyText({ userId, category: stored[1][i]!, itemKey: stored[2][i]! }))
  return { isRaised: raised, userIds: new Set(users), stored: keys ? new Set(keys) : null }
}

type TargetTexts = { readonly fixed: string; readonly steps: string }

const texts = hiddenProperty<MetricTargets, TargetTexts>('target texts')

// A catalog has the same targets in every call.
function textsOf(targets: MetricTargets): TargetTexts {
  const known = texts.get(targets)
  if (known) return known
  const fixed = numberList(targets.fixed.map(({ value }) => formatDecimal(value)))
  const steps = numberList(targets.repeated.map(({ repeat }) => formatDecimal(repeat.every)))
  const made = { fixed, steps }
  texts.set(targets, made)
  return made
}
