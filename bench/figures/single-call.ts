import { compare } from '../alternation.js'
import { alternateCrews } from '../crew.js'
import { withDistance } from '../distant-site.js'
import { atMost, type Figure } from '../figure.js'
import { withKnownUsers } from '../known-users.js'
import type { Lab } from '../lab.js'
import type { Way } from '../recorder.js'
import { type Study, studyOf } from '../study.js'
import { usualWriters } from '../usual-writers.js'
import { preparedTimesDetail, timesDetail } from '../wording.js'

const near = 'one call alone'
const distant = 'one call alone, 1 ms away'

/** One call of `record` after another, compared with the same hand-written statements: on this machine and 1 ms away. */
export const singleCall: readonly Study[] = [
  studyOf(near, lab =>
    withKnownUsers(lab, ({ url }) => measure(lab, { figure: near, target: 0.6, url, batchCount: 300 })),
  ),
  studyOf(distant, lab =>
    withKnownUsers(lab, site =>
      withDistance(site, ({ url }) => measure(lab, { figure: distant, target: 0.35, url, batchCount: 60 })),
    ),
  ),
]

type Calls = {
  readonly figure: string
  readonly target: number
  readonly url: string
  readonly batchCount: number
}

async function measure(lab: Lab, { figure, target, url, batchCount }: Calls): Promise<Figure> {
  const ways: readonly Way[] = ['milepost', 'hand-written-sql', 'prepared-sql']
  const writers = usualWriters(ways.map(way => ({ way, url, batchSize: 1, callerCount: 1 })))
  const rounds = await alternateCrews(
    lab,
    writers.map(writer => ({ writers: [writer], batchCount })),
  )
  const comparison = compare(rounds, 0, 1)
  const detail = `${timesDetail(comparison)}; ${preparedTimesDetail(compare(rounds, 0, 2))}`
  return atMost(target, { figure, value: 1 / comparison.ratio, unit: 'times as long as by hand', detail })
}
