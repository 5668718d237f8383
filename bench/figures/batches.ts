import { compare } from '../alternation.js'
import { alternateCrews, type CrewSpec } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { usualCatalog, usualUsers, withKnownUsers } from '../known-users.js'
import type { Lab } from '../lab.js'
import type { Way } from '../recorder.js'
import { type Study, studyOf } from '../study.js'
import { usualWriters } from '../usual-writers.js'
import { preparedRatesDetail, ratesDetail } from '../wording.js'

const unit = 'of the throughput of hand-written SQL'

/** `record` in batches of 1,000 against hand-written SQL that does the same writes, on Postgres and on PGlite. */
export const batches: readonly Study[] = [
  studyOf('batches of 1,000, one writer', lab => measure(lab, 'batches of 1,000, one writer', 1)),
  studyOf('batches of 1,000, two writers', lab => measure(lab, 'batches of 1,000, two writers', 2)),
  studyOf('batches of 1,000 on PGlite', lab => measureEmbedded(lab, 'batches of 1,000 on PGlite')),
]

function measure(lab: Lab, figure: string, writerCount: number): Promise<Figure> {
  return withKnownUsers(lab, async ({ url }) => {
    const rounds = await alternateCrews(lab, crewsOf(lab, url, writerCount))
    const comparison = compare(rounds, 0, 1)
    const detail = `${ratesDetail(comparison)}; ${preparedRatesDetail(compare(rounds, 0, 2))}`
    return atLeast(0.95, { figure, value: comparison.ratio, unit, detail })
  })
}

// All sides write to the same tables for the same users, so none has smaller ones.
function crewsOf(lab: Lab, url: string, writerCount: number): CrewSpec[] {
  const ways: readonly Way[] = ['milepost', 'hand-written-sql', 'prepared-sql']
  const crew = (way: Way) => Array.from({ length: writerCount }, () => ({ way, url, batchSize: 1_000, callerCount: 1 }))
  const writers = usualWriters(ways.flatMap(crew))
  return ways.map((_, i) => {
    return { writers: writers.slice(i * writerCount, (i + 1) * writerCount), batchCount: batchCountOf(lab) }
  })
}

// Each side has a database in its own process, with the same completions.
async function measureEmbedded(lab: Lab, figure: string): Promise<Figure> {
  const load = { seed: 1, users: usualUsers, part: 0, partCount: 1 }
  const crew = (way: Way): CrewSpec => {
    const writer = { way, url: '', catalog: usualCatalog, load, batchSize: 1_000, callerCount: 1 }
    return { writers: [writer], batchCount: batchCountOf(lab) }
  }
  const comparison = compare(await alternateCrews(lab, [crew('embedded-milepost'), crew('embedded-sql')]), 0, 1)
  return atLeast(0.9, { figure, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
}

function batchCountOf({ isQuick }: Lab): number {
  return isQuick ? 5 : 15
}
