import type { Telemetry } from './telemetry.js'

/** Metrics in the text format of Prometheus (0.0.4). */
export type Metrics = {
  readonly countRequest: (labels: Labels, seconds: number) => void
  /** Adds to a counter. The first call creates it. */
  readonly add: (counter: CounterName, labels: Labels, amount: number) => void
  /** Registers a gauge that is read on each request. If it cannot be read, it is left out. */
  readonly gauge: (name: string, help: string, read: () => Promise<number | null> | number | null) => void
  readonly text: () => Promise<string>
}

export type Labels = Readonly<Record<string, string>>

const counters = {
  milepost_completions_total: 'Completions recorded over HTTP, by what became of them.',
  milepost_awards_total: 'Badges awarded by calls over HTTP.',
} as const

/** Their names in OpenTelemetry. */
const otherNames: Readonly<Record<CounterName, string>> = {
  milepost_completions_total: 'milepost.completions',
  milepost_awards_total: 'milepost.awards',
}

export type CounterName = keyof typeof counters

const requests = 'milepost_http_requests_total'
const durations = 'milepost_http_request_duration_seconds'
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

type Histogram = { readonly counts: number[]; sum: number; count: number }
type Gauge = { readonly help: string; readonly read: () => Promise<number | null> | number | null }

/** Makes metrics that start at zero. Labels come from the route table, so their number is limited. */
export function createMetrics(telemetry: Telemetry): Metrics {
  const counts = new Map<string, Map<string, number>>()
  const histograms = new Map<string, Histogram>()
  const gauges = new Map<string, Gauge>()
  const add = (name: string, labels: Labels, amount: number): void => {
    const values = counts.get(name) ?? new Map<string, number>()
    counts.set(name, values)
    const key = labelsText(labels)
    values.set(key, (values.get(key) ?? 0) + amount)
  }
  return {
    countRequest: (labels, seconds) => {
      add(requests, labels, 1)
      telemetry.time('milepost.http.request.duration', seconds, labels)
      const key = labelsText({ method: labels.method!, route: labels.route! })
      const histogram = histograms.get(key) ?? { counts: bounds.map(() => 0), sum: 0, count: 0 }
      histograms.set(key, histogram)
      const place = bounds.findIndex(bound => seconds <= bound)
      if (place !== -1) histogram.counts[place]! += 1
      histogram.sum += seconds
      histogram.count += 1
    },
    add: (name, labels, amount) => {
      add(name, labels, amount)
      telemetry.count(otherNames[name], amount, labels)
    },
    gauge: (name, help, read) => void gauges.set(name, { help, read }),
    text: async () => {
      const lines = [...countersText(counts), ...histogramText(histograms), ...(await gaugesText(gauges))]
      return `${lines.join('\n')}\n`
    },
  }
}

function countersText(counts: ReadonlyMap<string, ReadonlyMap<string, number>>): string[] {
  const helps = { [requests]: 'Requests, by method, route and status.', ...counters }
  return Object.entries(helps).flatMap(([name, help]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} counter`,
    ...[...(counts.get(name) ?? [])].map(([labels, value]) => `${name}{${labels}} ${value}`),
  ])
}

function histogramText(histograms: ReadonlyMap<string, Histogram>): string[] {
  const head = [`# HELP ${durations} How long requests took, by method and route.`, `# TYPE ${durations} histogram`]
  const body = [...histograms].flatMap(([labels, { counts, sum, count }]) => {
    let below = 0
    const buckets = bounds.map((bound, i) => {
      below += counts[i]!
      return `${durations}_bucket{${labels},le="${bound}"} ${below}`
    })
    return [
      ...buckets,
      `${durations}_bucket{${labels},le="+Inf"} ${count}`,
      `${durations}_sum{${labels}} ${sum}`,
      `${durations}_count{${labels}} ${count}`,
    ]
  })
  return [...head, ...body]
}

async function gaugesText(gauges: ReadonlyMap<string, Gauge>): Promise<string[]> {
  const read = [...gauges].map(async ([name, gauge]) => {
    const value = await Promise.resolve(gauge.read()).catch(() => null)
    return value === null ? [] : [`# HELP ${name} ${gauge.help}`, `# TYPE ${name} gauge`, `${name} ${value}`]
  })
  return (await Promise.all(read)).flat()
}

function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(
      ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
    )
    .join(',')
}
