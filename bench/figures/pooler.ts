import { hasPgbouncer, startPgbouncer } from '../../test/support/pgbouncer.js'
import { compare, type Round } from '../alternation.js'
import { alternateCrews } from '../crew.js'
import { type Figure, withoutTarget } from '../figure.js'
import { withKnownUsers } from '../known-users.js'
import type { Lab } from '../lab.js'
import type { Study } from '../study.js'
import { usualWriters } from '../usual-writers.js'
import { ratesDetail, timesDetail } from '../wording.js'

const names = ['one call alone, through a pooler', '64 callers, through a pooler'] as const

/** `record` through PgBouncer in transaction mode against a direct connection. */
export const pooler: Study = { names, measure: measureIfInstalled }

async function measureIfInstalled(lab: Lab): Promise<readonly Figure[]> {
  if (hasPgbouncer) return withKnownUsers(lab, ({ url }) => withPooler(lab, url))
  lab.tell('PgBouncer is missing')
  return []
}

async function withPooler(lab: Lab, url: string): Promise<readonly Figure[]> {
  const bouncer = await startPgbouncer(url)
  try {
    return figuresOf(await measure(lab, [bouncer.url, url]))
  } finally {
    await bouncer.stop()
  }
}

function measure(lab: Lab, urls: readonly string[]): Promise<readonly Round[]> {
  const sizes = [
    { callerCount: 1, batchCount: 300 },
    { callerCount: 64, batchCount: lab.isQuick ? 2_500 : 7_500 },
  ]
  const writers = usualWriters(
    sizes.flatMap(({ callerCount }) => urls.map(url => ({ way: 'milepost' as const, url, batchSize: 1, callerCount }))),
  )
  return alternateCrews(
    lab,
    writers.map((writer, i) => ({ writers: [writer], batchCount: sizes[Math.floor(i / urls.length)]!.batchCount })),
  )
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const [alone, callers] = [compare(rounds, 0, 1), compare(rounds, 2, 3)]
  const unit = 'of the throughput of a direct connection'
  return [
    withoutTarget({
      figure: names[0],
      value: 1 / alone.ratio,
      unit: 'times as long as directly',
      detail: timesDetail(alone),
    }),
    withoutTarget({ figure: names[1], value: callers.ratio, unit, detail: ratesDetail(callers) }),
  ]
}
