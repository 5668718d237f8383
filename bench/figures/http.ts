import { type Comparison, compare, type Round } from '../alternation.js'
import { alternateCrews, type CrewSpec } from '../crew.js'
import { atLeast, atMost, type Figure } from '../figure.js'
import type { ServerSpec } from '../http-server.js'
import { countUsers, type Lab, type Site, serviceOn, settle, withSite } from '../lab.js'
import { median } from '../median.js'
import { type ServerProcess, startServer } from '../server-process.js'
import { type Study, studyOf } from '../study.js'
import { ratesDetail, short } from '../wording.js'
import type { WriterSpec } from '../writer.js'

const catalog = { milestoneCount: 10, metricCount: 3 }
const users = { first: 0, count: 20_000 }

/** `POST /completions` with lists and one by one, against `record` called in the process that records. */
export const httpRecording: readonly Study[] = [
  recordingStudy({ figure: 'HTTP batches of 100', target: 0.7, batchSize: 100, callerCount: 16 }),
  recordingStudy({ figure: 'HTTP single completions', target: 0.5, batchSize: 1, callerCount: 64 }),
]

/** `GET progress` against a bare Hono route that sends the same statements itself. */
export const httpProgress: Study = {
  names: ['HTTP progress', 'p99 of HTTP progress'],
  measure: lab => withServers(lab, ['milepost', 'bare-progress'], (_, servers) => measureProgress(lab, servers)),
}

async function withServers<Result>(
  lab: Lab,
  kinds: readonly ServerSpec['kind'][],
  work: (site: Site, servers: readonly ServerProcess[]) => Promise<Result>,
): Promise<Result> {
  return withSite(lab, async site => {
    await countUsers(serviceOn(site, catalog), users)
    await settle(site)
    const servers: ServerProcess[] = []
    try {
      for (const kind of kinds) servers.push(await startServer({ kind, url: site.url, catalog }))
      return await work(site, servers)
    } finally {
      for (const server of servers) await server.close()
    }
  })
}

type Recording = {
  readonly figure: string
  readonly target: number
  readonly batchSize: number
  readonly callerCount: number
}

function recordingStudy(recording: Recording): Study {
  return studyOf(recording.figure, lab =>
    withServers(lab, ['milepost'], (site, [server]) => measureRecording(lab, recording, { site, server: server! })),
  )
}

async function measureRecording(
  lab: Lab,
  { figure, target, batchSize, callerCount }: Recording,
  { site, server }: { readonly site: Site; readonly server: ServerProcess },
): Promise<Figure> {
  const sizes = { catalog, batchSize, callerCount }
  const load = (part: number) => ({ seed: part + 1, users, part, partCount: 2 })
  const batchCount = batchSize === 1 ? 1_000 : 50
  const rounds = await alternateCrews(lab, [
    { writers: [{ way: 'http', url: server.url, key: server.key, load: load(0), ...sizes }], batchCount },
    { writers: [{ way: 'milepost', url: site.url, load: load(1), ...sizes }], batchCount },
  ])
  const comparison = compare(rounds, 0, 1)
  const detail = ratesDetail(comparison)
  const unit = 'of the throughput of record in the process'
  return atLeast(target, { figure, value: comparison.ratio, unit, detail })
}

async function measureProgress(lab: Lab, servers: readonly ServerProcess[]): Promise<readonly Figure[]> {
  const p99s: number[][] = servers.map(() => [])
  const reader = ({ url, key }: ServerProcess): WriterSpec => {
    return {
      way: 'http-progress',
      url,
      key,
      catalog,
      load: { seed: 1, users, part: 0, partCount: 1 },
      batchSize: 1,
      callerCount: 16,
    }
  }
  const specs: readonly CrewSpec[] = servers.map((server, i) => {
    return { writers: [reader(server)], batchCount: 1_000, onSlice: ({ p99Ms }) => void p99s[i]!.push(p99Ms) }
  })
  const rounds = await alternateCrews(lab, specs)
  return figuresOf(compare(rounds, 0, 1), rounds, p99s)
}

function figuresOf(comparison: Comparison, rounds: readonly Round[], p99s: readonly (readonly number[])[]): Figure[] {
  // The first slices warmed up.
  const [own, bare] = p99s.map(list => list.slice(-rounds.length))
  const ratios = own!.map((p99, i) => p99 / bare![i]!)
  return [
    atLeast(0.6, {
      figure: 'HTTP progress',
      value: comparison.ratio,
      unit: 'of the throughput of a bare route',
      detail: ratesDetail(comparison),
    }),
    atMost(2, {
      figure: 'p99 of HTTP progress',
      value: median(ratios),
      unit: 'times as long as of a bare route',
      detail: `${short(median(own!))} ms against ${short(median(bare!))} ms`,
    }),
  ]
}
