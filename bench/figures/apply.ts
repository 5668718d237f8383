import { drizzle } from 'drizzle-orm/node-postgres'
import { type Catalog, createMilestoneService, parseCatalog, type Requirement } from 'milepost'
import { atMost, type Figure } from '../figure.js'
import { applyHandWritten, type HandApply } from '../hand-apply.js'
import { insertHistory, type Lab, type Site, settle, withSite } from '../lab.js'
import { median } from '../median.js'
import type { Study } from '../study.js'

const names = ['apply of one more milestone', 'memory of an apply', 'plan'] as const

/**
 * `apply` of a catalog with one more count milestone, which a tenth of the users earn, against reading the same rows in order of the
 * key and counting them in hand-written JavaScript with the same badge writes; and `plan` against `apply`.
 */
export const applying: Study = { names, measure }

/** A tenth of the users have 19 completions each, the others 9: ten on average. */
const [manyCount, fewCount, target] = [19, 9, 15]

async function measure(lab: Lab): Promise<readonly Figure[]> {
  const userCount = lab.isQuick ? 5_000 : 100_000
  const roundCount = lab.isQuick ? 2 : 3
  return withSite(lab, async site => {
    const eager = { first: 0, count: userCount / 10 }
    await insertHistory(site, { users: eager, rowCount: manyCount })
    await insertHistory(site, { users: { first: eager.count, count: userCount - eager.count }, rowCount: fewCount })
    await applyTo(site, catalogWith([]))
    await settle(site)
    const rounds: Round[] = []
    for (let round = 1; round <= roundCount; round++) {
      lab.tell(`round ${round} of ${roundCount}`)
      rounds.push(await measureRound(site, { round, expectedCount: eager.count }))
    }
    return figuresOf(rounds, userCount * 10)
  })
}

type Round = { readonly applyMs: number; readonly handMs: number; readonly planMs: number; readonly peakMb: number }

async function measureRound(
  site: Site,
  { round, expectedCount }: { readonly round: number; readonly expectedCount: number },
): Promise<Round> {
  const ids = Array.from({ length: round }, (_, i) => `many-${i + 1}`)
  const catalog = catalogWith(ids)
  const hand: HandApply = { badgeId: `by-hand-${round}`, target, points: 10 }
  const planMs = await timed(() => planOn(site, catalog))
  let [applyMs, handMs, peakMb] = [0, 0, 0]
  const apply = async (): Promise<void> => {
    const peak = watchMemory()
    applyMs = await timed(async () => {
      const { awardedCount } = await applyTo(site, catalog)
      if (awardedCount !== expectedCount) throw new Error(`${awardedCount} badges were awarded, not ${expectedCount}`)
    })
    peakMb = peak()
  }
  const handWritten = async (): Promise<void> => {
    handMs = await timed(async () => {
      const count = await applyHandWritten(site.pool, hand)
      if (count !== expectedCount)
        throw new Error(`${count} badges were written by the hand-written code, not ${expectedCount}`)
    })
  }
  for (const side of round % 2 === 0 ? [handWritten, apply] : [apply, handWritten]) await side()
  return { applyMs, handMs, planMs, peakMb }
}

function catalogWith(ids: readonly string[]): Catalog {
  const requirement: Requirement = { type: 'count', category: 'lesson', target }
  const more = ids.map(id => ({ id, title: id, requirement, reward: { points: 10 } }))
  const first = { id: 'first', title: 'First', requirement: { ...requirement, target: 1 }, reward: { points: 1 } }
  return parseCatalog({ milestones: [first, ...more] })
}

function serviceOn({ pool }: Site, catalog: Catalog) {
  return createMilestoneService({ db: drizzle(pool), catalog, onWarning: () => {} })
}

function applyTo(site: Site, catalog: Catalog) {
  return serviceOn(site, catalog).apply(catalog)
}

function planOn(site: Site, catalog: Catalog) {
  return serviceOn(site, catalog).plan(catalog)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Watches the memory of this process; what is returned tells its peak in megabytes. */
function watchMemory(): () => number {
  let peak = 0
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }
  const timer = setInterval(look, 50)
  return () => {
    clearInterval(timer)
    look()
    return peak / 2 ** 20
  }
}

function figuresOf(rounds: readonly Round[], rowCount: number): readonly Figure[] {
  const ofAll = (value: (round: Round) => number): number => median(rounds.map(value))
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
  const [applyMs, handMs, planMs] = [ofAll(r => r.applyMs), ofAll(r => r.handMs), ofAll(r => r.planMs)]
  const rows = rowCount.toLocaleString('en')
  return [
    atMost(2, {
      figure: names[0],
      value: ofAll(round => round.applyMs / round.handMs),
      unit: 'times as long as by hand',
      detail: `${seconds(applyMs)} against ${seconds(handMs)} over ${rows} completions`,
    }),
    atMost(300, {
      figure: names[1],
      value: Math.max(...rounds.map(({ peakMb }) => peakMb)),
      unit: 'MB at its peak, the bench itself included',
      detail: `over ${rows} completions`,
    }),
    atMost(1, {
      figure: names[2],
      value: ofAll(round => round.planMs / round.applyMs),
      unit: 'times as long as apply',
      detail: `${seconds(planMs)} against ${seconds(applyMs)}`,
    }),
  ]
}
