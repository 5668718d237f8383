import { compare, type Round } from '../alternation.js'
import { alternateCrews } from '../crew.js'
import { atLeast, atMost, type Figure } from '../figure.js'
import { installJobQueue } from '../job-queue.js'
import { withKnownUsers } from '../known-users.js'
import type { Lab } from '../lab.js'
import type { Way } from '../recorder.js'
import type { Study } from '../study.js'
import { usualWriters } from '../usual-writers.js'
import { ratesDetail, timesDetail } from '../wording.js'

const names = [
  'one call alone against pg-boss',
  '64 callers against pg-boss',
  'batches of 1,000 against pg-boss',
] as const

/** `record` against enqueuing a job for each completion with pg-boss, which leaves all the work for later. */
export const jobQueue: Study = {
  names,
  measure: lab =>
    withKnownUsers(lab, async ({ url }) => {
      await installJobQueue(url)
      return figuresOf(await measure(lab, url))
    }),
}

function measure(lab: Lab, url: string): Promise<readonly Round[]> {
  const sizes = [
    { batchSize: 1, callerCount: 1, batchCount: 150 },
    { batchSize: 1, callerCount: 64, batchCount: lab.isQuick ? 2_500 : 6_000 },
    { batchSize: 1_000, callerCount: 1, batchCount: lab.isQuick ? 5 : 10 },
  ]
  const ways: readonly Way[] = ['milepost', 'job-queue']
  const writers = usualWriters(sizes.flatMap(size => ways.map(way => ({ way, url, ...size }))))
  return alternateCrews(
    lab,
    writers.map((writer, i) => ({ writers: [writer], batchCount: sizes[Math.floor(i / ways.length)]!.batchCount })),
  )
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const [alone, callers, lists] = [compare(rounds, 0, 1), compare(rounds, 2, 3), compare(rounds, 4, 5)]
  return [
    atMost(1, { figure: names[0], value: 1 / alone.ratio, unit: 'times as long as send', detail: timesDetail(alone) }),
    atLeast(4, {
      figure: names[1],
      value: callers.ratio,
      unit: '× the throughput of send',
      detail: ratesDetail(callers),
    }),
    atLeast(0.5, {
      figure: names[2],
      value: lists.ratio,
      unit: 'of the throughput of insert',
      detail: ratesDetail(lists),
    }),
  ]
}
