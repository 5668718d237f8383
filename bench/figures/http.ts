import { type Comparison, compare, type Round } from '../alternation.js'
import { alternateCrews, type CrewSpec } from '../crew.js'
import { atLeast, atMost, type Figure } from '../figure.js'
import type { ServerSpec } from '../http-server.js'
import { usualCatalog, usualUsers, withKnownUsers } from '../known-users.js'
import type { Lab, Site } from '../lab.js'
import { median } from '../median.js'
import { type ServerProcess, startServer } from '../server-process.js'
import type { Study } from '../study.js'
import { usualWriters } from '../usual-writers.js'
import { ratesDetail, short } from '../wording.js'
import type { WriterSpec } from '../writer.js'

/** `POST /completions` with lists and one by one, against `record` called in the process that records. */
export const httpRecording: readonly Study[] = [
  recordingStudy({ figure: 'HTTP batches of 100', target: 0.7, batchSize: 100, callerCount: 16 }),
  recordingStudy({
    figure: 'HTTP single completions',
    target: 0.7,
    batchSize: 1,
    callerCount: 64,
    cpu: { figure: 'CPU time of HTTP single completions', target: 2 },
  }),
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
  return withKnownUsers(lab, async site => {
    const servers: ServerProcess[] = []
    try {
      for (const kind of kinds) servers.push(await startServer({ kind, url: site.url, catalog: usualCatalog }))
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
  /** The figure of the CPU time that a completion costs the server, measured in the same rounds. */
  readonly cpu?: { readonly figure: string; readonly target: number }
}

function recordingStudy(recording: Recording): Study {
  const { figure, cpu } = recording
  return {
    names: cpu ? [figure, cpu.figure] : [figure],
    measure: lab =>
      withServers(lab, ['milepost'], (site, [server]) => measureRecording(lab, recording, { site, server: server! })),
  }
}

async function measureRecording(
  lab: Lab,
  { figure, target, batchSize, callerCount, cpu }: Recording,
  { site, server }: { readonly site: Site; readonly server: ServerProcess },
): Promise<readonly Figure[]> {
  const [http, direct] = usualWriters([
    { way: 'http', url: server.url, key: server.key, batchSize, callerCount },
    { way: 'milepost', url: site.url, batchSize, callerCount },
  ])
  const batchCount = batchSize === 1 ? 1_000 : 50
  const cpuTimes: [number[], number[]] = [[], []]
  const onSlice = (place: 0 | 1) => (slice: { readonly cpuMsEach: number }) =>
    void cpuTimes[place].push(slice.cpuMsEach)
  const rounds = await alternateCrews(lab, [
    { writers: [http!], batchCount, cpuMs: server.cpuMs, onSlice: onSlice(0) },
    { writers: [direct!], batchCount, onSlice: onSlice(1) },
  ])
  const comparison = compare(rounds, 0, 1)
  const unit = 'of the throughput of record in the process'
  const figures = [atLeast(target, { figure, value: comparison.ratio, unit, detail: ratesDetail(comparison) })]
  return cpu ? [...figures, cpuFigure(cpu, rounds.length, cpuTimes)] : figures
}

function cpuFigure(
  { figure, target }: NonNullable<Recording['cpu']>,
  roundCount: number,
  cpuTimes: readonly (readonly number[])[],
): Figure {
  // The first slices warmed up.
  const [server, direct] = cpuTimes.map(list => list.slice(-roundCount))
  const micros = (list: readonly number[]): string => `${short(median(list) * 1000)} µs`
  return atMost(target, {
    figure,
    value: median(server!.map((each, i) => each / direct![i]!)),
    unit: 'times that of record in the process',
    detail: `${micros(server!)} against ${micros(direct!)} for each completion`,
  })
}

async function measureProgress(lab: Lab, servers: readonly ServerProcess[]): Promise<readonly Figure[]> {
  const p99s: number[][] = servers.map(() => [])
  const reader = ({ url, key }: ServerProcess): WriterSpec => {
    return {
      way: 'http-progress',
      url,
      key,
      catalog: usualCatalog,
      load: { seed: 1, users: usualUsers, part: 0, partCount: 1 },
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
