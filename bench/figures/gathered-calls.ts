import { compare, type Round } from '../alternation.js'
import { alternateCrews } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { withKnownUsers } from '../known-users.js'
import type { Lab } from '../lab.js'
import type { Study } from '../study.js'
import { usualWriters } from '../usual-writers.js'
import { preparedRatesDetail, ratesDetail } from '../wording.js'

const names = ['64 callers, gathered', '256 callers, gathered', '64 callers against batches of 64'] as const

/**
 * 64 and 256 callers of `record`, each with one completion at a time, against its own batches of 1,000, and 64 of them
 * against hand-written batches of 64.
 */
export const gatheredCalls: Study = {
  names,
  measure: lab => withKnownUsers(lab, async ({ url }) => figuresOf(await measure(lab, url))),
}

const [callers64, callers256, batches1000, batches64, preparedBatches64] = [0, 1, 2, 3, 4] as const

function measure(lab: Lab, url: string): Promise<readonly Round[]> {
  const completionCount = lab.isQuick ? 2_560 : 7_680
  const writers = usualWriters([
    { way: 'milepost', url, batchSize: 1, callerCount: 64 },
    { way: 'milepost', url, batchSize: 1, callerCount: 256 },
    { way: 'milepost', url, batchSize: 1_000, callerCount: 1 },
    { way: 'hand-written-sql', url, batchSize: 64, callerCount: 1 },
    { way: 'prepared-sql', url, batchSize: 64, callerCount: 1 },
  ])
  return alternateCrews(
    lab,
    writers.map(writer => ({ writers: [writer], batchCount: Math.ceil(completionCount / writer.batchSize) })),
  )
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const few = compare(rounds, callers64, batches1000)
  const many = compare(rounds, callers256, batches1000)
  const byHand = compare(rounds, callers64, batches64)
  const prepared = compare(rounds, callers64, preparedBatches64)
  const unit = 'of the throughput of batches of 1,000'
  return [
    atLeast(0.6, { figure: names[0], value: few.ratio, unit, detail: ratesDetail(few) }),
    atLeast(0.85, { figure: names[1], value: many.ratio, unit, detail: ratesDetail(many) }),
    atLeast(1.15, {
      figure: names[2],
      value: byHand.ratio,
      unit: 'of the throughput of hand-written SQL',
      detail: `${ratesDetail(byHand)}; ${preparedRatesDetail(prepared)}`,
    }),
  ]
}
