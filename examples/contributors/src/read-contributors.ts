import { join, relative } from 'node:path'
import { drizzle } from 'drizzle-orm/pglite'
import { createMilestoneService, migrate } from 'milepost'
import { type EmbeddedDatabase, openPglite } from 'milepost/pglite'
import { catalog, levelNames } from './catalog.js'
import { findPeople, nameOf } from './names.js'
import { eraseLine, progressLine } from './progress-line.js'
import { type RecordedHistory, recordHistory } from './record-history.js'
import { cardLines } from './report/card.js'
import { leaderboardLines } from './report/leaderboard.js'
import { newAwardLines } from './report/new-awards.js'
import { summaryLines } from './report/summary.js'
import type { Screen } from './screen.js'
import type { Source } from './source.js'
import { readStandings, type Standings } from './standings.js'

/** Below so many commits there is little to see. */
const shortHistory = 30

export type Run = {
  readonly source: Source
  readonly dataFolder: string
  /** A part of the name of the person whose card to show; the leader's when left out. */
  readonly person?: string | undefined
  readonly screen: Screen
  readonly write: (text: string) => void
  readonly now: () => Date
  readonly signal: AbortSignal
}

/** Records a history and shows what its contributors have earned. Ends in good order where `signal` asks for it. */
export async function readContributors(run: Run): Promise<void> {
  const folder = join(run.dataFolder, 'contributors', run.source.storeName)
  print(run, openingLines(run))
  const database = await open(run, folder)
  try {
    await migrate(database.db)
    const service = createMilestoneService({ db: database.db, catalog })
    const { history, elapsedMs } = await record(run, service)
    const isStopped = run.signal.aborted && history.commitCount < run.source.commitCount
    print(run, [...summaryLines(run.screen, { history, elapsedMs, isStopped }), ''])
    print(run, newAwardLines(run.screen, history))
    const userIds = run.person === undefined ? undefined : findPeople(history.names, run.person)
    print(
      run,
      standingLines(run, history, await readStandings({ service, db: drizzle({ client: database.db }), userIds })),
    )
    print(run, closingLines(run, folder))
    await service.close()
  } finally {
    await database.close()
  }
}

async function open({ screen, write }: Run, folder: string): Promise<EmbeddedDatabase> {
  if (screen.isLive) write(screen.paint('quiet', 'Opening the database…'))
  try {
    return await openPglite(folder)
  } finally {
    if (screen.isLive) write(eraseLine)
  }
}

type Service = Parameters<typeof recordHistory>[0]['service']
type Outcome = { readonly history: RecordedHistory; readonly elapsedMs: number }

async function record({ source, screen, write, now, signal }: Run, service: Service): Promise<Outcome> {
  const nowMs = () => now().getTime()
  const startMs = nowMs()
  const progress = progressLine({ screen, totalCount: source.commitCount, write, nowMs })
  try {
    const commits = source.readCommits()
    const history = await recordHistory({ service, commits, now: now(), onProgress: progress.show, signal })
    return { history, elapsedMs: nowMs() - startMs }
  } finally {
    progress.clear()
  }
}

function openingLines({ source, screen }: Run): readonly string[] {
  const title = `${screen.paint('strong', 'Milepost')}  the contributors of ${screen.paint('accent', source.name)}`
  return ['', title, ...(source.note ? [source.note] : []), '']
}

function standingLines(run: Run, history: RecordedHistory, standings: Standings): readonly string[] {
  const { screen, person } = run
  const { names } = history
  const { entries, card, holderCounts } = standings
  if (entries.length === 0) return []
  const board = [...leaderboardLines(screen, { entries, names, levelNames }), '']
  if (!card) return [...board, `Nobody here is called "${person}".`, '']
  const name = nameOf(names, card.entry.userId)
  const { milestones } = catalog
  const personCount = names.size
  return [...board, ...cardLines(screen, { card, name, milestones, levelNames, holderCounts, personCount }), '']
}

function closingLines({ screen, source }: Run, folder: string): readonly string[] {
  const shown = relative(process.cwd(), folder)
  const more =
    source.commitCount < shortHistory
      ? ['A longer history: npm run demo:contributors -- --sample, or npm run demo:contributors -- <path>']
      : []
  return [...more, `Kept in ${shown.startsWith('..') ? folder : shown}`].map(line => screen.paint('quiet', line))
}

function print({ write }: Run, lines: readonly string[]): void {
  write(lines.map(line => `${line}\n`).join(''))
}
