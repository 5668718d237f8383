import { createHash } from 'node:crypto'
import { badgeFromRow } from '../../src/core/awards/badge.js'
import { type CompiledCatalog, compileCatalog, milestoneOf } from '../../src/core/awards/compile.js'
import { stateOf } from '../../src/core/awards/decide.js'
import { compareInTime, replay } from '../../src/core/awards/replay.js'
import { badgeIdParts } from '../../src/core/catalog/badge-id.js'
import type { StoredCountable } from '../../src/core/explain/completions.js'
import { startExplaining } from '../../src/core/explain/explain.js'
import type { ManualDecision } from '../../src/core/explain/explanation.js'
import { namingOf } from '../../src/core/progress/named-badge.js'
import { calendarOf, type Pause, type ZoneSince } from '../../src/core/time/calendar.js'
import { wordsOfCatalog } from '../../src/core/words/words.js'
import { type Explanation, parseCatalog } from '../../src/index.js'

/** A user's history, from which explanations are made without a database. */
export type History = {
  readonly catalog: unknown
  readonly completions?: readonly (Partial<StoredCountable> & { readonly completedAt: Date })[]
  readonly zones?: readonly ZoneSince[]
  readonly pauses?: readonly Pause[]
  readonly manualDecision?: ManualDecision
  /** Badges in addition to what the completions earn: awarded manually, or inserted by the host. */
  readonly given?: readonly { readonly id: string; readonly at: Date }[]
  /** Revoked manually. */
  readonly taken?: readonly string[]
  readonly now: Date
  /** Default: the catalog's. */
  readonly locale?: string
}

function compiled(catalog: unknown): CompiledCatalog {
  return compileCatalog(parseCatalog(catalog), text => createHash('sha256').update(text).digest('hex'))
}

/** Explains a badge to a user whose completions were all recorded. */
export function explained(history: History, badgeId: string, limit = 10): Explanation {
  const { zones = [], pauses = [], manualDecision = null, now } = history
  const catalog = compiled(history.catalog)
  const calendar = calendarOf(zones, pauses)
  const inTime = completionsOf(history).sort(compareInTime)
  const badges = badgesOf(history, catalog, inTime)
  const earnedAtById = new Map(badges.map(({ id, earnedAt }) => [id, earnedAt]))
  const found = milestoneOf(catalog, badgeId)!
  const repeat = milestoneOf(catalog, badgeIdParts(badgeId).milestoneId)?.repeat
  const explainer = startExplaining({
    userId: 'ann',
    compiled: catalog,
    milestone: repeat ? { ...found, repeat } : found,
    requirement: catalog.catalog.requirements[found.order]!,
    badges,
    naming: namingOf(catalog.catalog, { earnedAtById, includeHidden: false, locale: history.locale }),
    words: wordsOfCatalog(catalog.catalog, history.locale),
    manualDecision,
    undone: { count: 0, latest: [] },
    calendar,
    zones,
    catalogVersion: null,
    now,
    limit,
  })
  for (const completion of inTime) explainer.trace(completion)
  for (const completion of inTime) explainer.sort(completion)
  return explainer.finish()
}

function completionsOf({ completions = [] }: History): StoredCountable[] {
  return completions.map((given, i) => ({ category: 'lesson', itemKey: `k${i + 1}`, metadata: {}, ...given }))
}

function badgesOf(
  { given = [], taken = [], zones = [], pauses = [] }: History,
  catalog: CompiledCatalog,
  inTime: readonly StoredCountable[],
) {
  const reserved = new Set([...taken, ...given.map(({ id }) => id)])
  const state = stateOf({ calendar: calendarOf(zones, pauses), reserved })
  const due = replay(
    catalog,
    state,
    inTime.filter(({ isAhead }) => !isAhead),
  )
  const earned = due.map(({ milestone, at: { category, itemKey, completedAt } }) =>
    badgeFromRow({
      itemKey: milestone.milestone.id,
      metadata: { ...milestone.badge, awardedBy: { category, itemKey } },
      completedAt,
    }),
  )
  const others = given.map(({ id, at }) => badgeFromRow({ itemKey: id, metadata: {}, completedAt: at }))
  return [...earned, ...others].sort((a, b) => a.earnedAt.getTime() - b.earnedAt.getTime())
}
