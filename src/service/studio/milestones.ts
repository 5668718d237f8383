import { goalIdOf } from '../../core/catalog/badge-id.js'
import { type Catalog, milestonesIn } from '../../core/catalog/catalog.js'
import type { Milestone } from '../../core/catalog/milestone.js'
import type { RequirementOutline } from '../../core/words/requirement-text.js'
import { wordsOfCatalog } from '../../core/words/words.js'
import { readTimesToEarn } from '../../store/studio/badge-list.js'
import type { MilestoneService } from '../calls.js'
import type { MilestoneStatistics, StatisticsPage } from '../read/statistics.js'
import type { StudioContext } from './context.js'
import { readWholeCatalog } from './described-boards.js'

/** A milestone with statistics about its holders, and its requirement in words. */
export type MeasuredMilestone = Milestone & Omit<MilestoneStatistics, 'id' | 'title'> & { outline: RequirementOutline }

/**
 * Lists all milestones of the catalog in effect with their statistics, including hidden and retired ones, each tier
 * separately.
 */
export async function listMeasuredMilestones(
  service: MilestoneService,
): Promise<{ readonly asOf: Date; readonly milestones: readonly MeasuredMilestone[] }> {
  const described = describedMilestones(await readWholeCatalog(service))
  const byId = new Map<string, Described>(described.map(each => [each.id, each]))
  const statistics = await statisticsOf(service, byId)
  const milestones = statistics.milestones.flatMap(({ title: _, ...measured }) => {
    const milestone = byId.get(measured.id)
    return milestone ? [{ ...milestone, ...measured, id: milestone.id }] : []
  })
  return { asOf: statistics.asOf, milestones }
}

type Described = Milestone & { outline: RequirementOutline }

// Studio is in English.
function describedMilestones(catalog: Catalog): readonly Described[] {
  const milestones = milestonesIn(catalog, 'en')
  const titles = new Map<string, string>(milestones.map(({ id, title }) => [id, title]))
  const words = wordsOfCatalog(catalog, 'en')
  return milestones.map((milestone, i) => ({
    ...milestone,
    outline: words.outline(catalog.requirements[i]!, badgeId => titles.get(goalIdOf(badgeId))),
  }))
}

// Statistics that were counted before a catalog was applied do not include its new milestones.
async function statisticsOf(service: MilestoneService, all: ReadonlyMap<string, Milestone>): Promise<StatisticsPage> {
  const kept = await service.getMilestoneStatistics(undefined, { includeHidden: true })
  const known = new Set<string>(kept.milestones.map(({ id }) => id))
  if ([...all.keys()].every(id => known.has(id))) return kept
  return service.getMilestoneStatistics(undefined, { includeHidden: true, maxAgeMs: 0 })
}

/** How long it took the newest holders of a badge to earn it. */
export type TimeToEarn = {
  readonly sampleSize: number
  readonly medianMs: number | null
  readonly buckets: readonly { readonly label: string; readonly count: number }[]
}

const sampleSize = 500
const hourMs = 3_600_000
const bounds: readonly (readonly [label: string, untilMs: number])[] = [
  ['1 h', hourMs],
  ['1 d', 24 * hourMs],
  ['3 d', 72 * hourMs],
  ['1 w', 168 * hourMs],
  ['2 w', 336 * hourMs],
  ['30 d', 720 * hourMs],
  ['90 d', 2160 * hourMs],
  ['1 y', 8760 * hourMs],
  ['more', Number.POSITIVE_INFINITY],
]

/** Returns the distribution of the time from the first completion to a badge, for its newest 500 holders. */
export async function spreadTimeToEarn({ db, tables }: StudioContext, badgeId: string): Promise<TimeToEarn> {
  const times = [...(await readTimesToEarn(db, tables, { badgeId, sampleSize }))].sort((a, b) => a - b)
  const upTo = (untilMs: number): number => times.filter(ms => ms < untilMs).length
  const buckets = bounds.map(([label, untilMs], i) => ({
    label,
    count: upTo(untilMs) - (i === 0 ? 0 : upTo(bounds[i - 1]![1])),
  }))
  return { sampleSize: times.length, medianMs: times[Math.floor(times.length / 2)] ?? null, buckets }
}
