import { compare, type Round } from '../alternation.js'
import { alternateCrews, type CrewSpec } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { handMadeSchema } from '../hand-made-service.js'
import { insertHistory, type Lab, type Site, serviceOn, settle, withSite } from '../lab.js'
import type { Way } from '../recorder.js'
import type { Study } from '../study.js'
import { ratesDetail, short } from '../wording.js'

/** A service that apps write for themselves. */
type Rival = {
  readonly figure: string
  readonly way: Way
  readonly target: number
  /** Completions that it records in a round. */
  readonly callCount: number
}

/** An app: its milestones, its users, and what they did before. */
type App = { readonly milestoneCount: number; readonly historySize: number; readonly userCount: number }

/** `record` against the service that apps write for themselves, where that does best. */
export const handMadeAtBest: Study = studyOf({ milestoneCount: 9, historySize: 10, userCount: 5_000 }, [
  { figure: 'hand-made service at its best', way: 'hand-made', target: 30, callCount: 256 },
])

/** The same where it does worst, and against the same service by a careful hand. */
export const handMadeAtWorst: Study = studyOf({ milestoneCount: 100, historySize: 1_000, userCount: 500 }, [
  { figure: 'hand-made service at its worst', way: 'hand-made', target: 500, callCount: 8 },
  { figure: 'careful service with GROUP BY', way: 'group-by', target: 5, callCount: 512 },
])

/** Calls under way at once, of the hand-made services and of `record` where it takes single completions as well. */
const callerCount = 64

function studyOf(app: App, rivals: readonly Rival[]): Study {
  const measure = (lab: Lab): Promise<Figure[]> => {
    return withSite(lab, site => measureOn(lab, site, { app, rivals }), ['milepost', handMadeSchema])
  }
  return { names: rivals.map(({ figure }) => figure), measure }
}

async function measureOn(
  lab: Lab,
  site: Site,
  { app, rivals }: { readonly app: App; readonly rivals: readonly Rival[] },
): Promise<Figure[]> {
  await bringHistory(lab, site, app)
  const rounds = await alternateCrews(lab, crewsOf(lab, site, { app, rivals }))
  return rivals.map((rival, i) => figureOf(rival, rounds, 2 + i))
}

function crewsOf(
  lab: Lab,
  { url }: Site,
  { app, rivals }: { readonly app: App; readonly rivals: readonly Rival[] },
): CrewSpec[] {
  const catalog = { milestoneCount: app.milestoneCount, metricCount: 3 }
  const batchCount = lab.isQuick ? 3 : 8
  const crews = [
    { way: 'milepost' as const, batchSize: 1_000, callerCount: 1, batchCount },
    { way: 'milepost' as const, batchSize: 1, callerCount, batchCount: batchCount * 400 },
    ...rivals.map(({ way, callCount }) => ({ way, batchSize: 1, callerCount, batchCount: callCount })),
  ]
  const users = { first: 0, count: app.userCount }
  return crews.map(({ batchCount: count, ...crew }, part) => {
    const load = { seed: part + 1, users, part, partCount: crews.length }
    return { writers: [{ url, catalog, load, ...crew }], batchCount: count }
  })
}

function figureOf({ figure, target }: Rival, rounds: readonly Round[], place: number): Figure {
  const batches = compare(rounds, 0, place)
  const gathered = compare(rounds, 1, place)
  const detail = `${ratesDetail(batches)}; with ${callerCount} callers on both sides ${short(gathered.ratio)} ×`
  return atLeast(target, { figure, value: batches.ratio, unit: '× its throughput', detail })
}

async function bringHistory(lab: Lab, site: Site, { milestoneCount, historySize, userCount }: App): Promise<void> {
  const users = { first: 0, count: userCount }
  lab.tell(`storing ${userCount} histories of ${historySize} completions, for each side`)
  await insertHistory(site, { users, rowCount: historySize })
  await insertHistory(site, { users, rowCount: historySize, schema: handMadeSchema })
  await serviceOn(site, { milestoneCount, metricCount: 3 }).rebuild()
  await settle(site)
}
