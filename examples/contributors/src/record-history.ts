import type { Badge, CompletionInput, MilestoneService, RecordResult } from 'milepost'
import type { Category } from './catalog.js'
import type { Commit } from './commit.js'
import { completionsOf, firstTimes } from './completions.js'
import { momentOf } from './moment.js'

/** What a run has read and what it has brought. */
export type RecordedHistory = {
  readonly commitCount: number
  /** Commits that were not recorded before. */
  readonly newCount: number
  /** What was recorded for them: a commit completes several things. */
  readonly newCompletionCount: number
  readonly awardedCount: number
  /** The last few badges of this run, for a person to see. */
  readonly lastAwards: readonly Award[]
  /** The latest name of each author, by user id. Names live here and in the log, not in the database. */
  readonly names: ReadonlyMap<string, string>
  /** The earliest and the latest commit, where any has a date. */
  readonly span?: { readonly from: Date; readonly to: Date }
  /** Commits dated in the future, or not at all. */
  readonly undatedCount: number
}

export type Award = { readonly userId: string; readonly badge: Badge }

export type Recording = {
  readonly service: Pick<MilestoneService<string, string, Category>, 'record'>
  readonly commits: AsyncIterable<Commit>
  readonly now: Date
  /** Hears after each batch how many commits are done. */
  readonly onProgress: (commitCount: number) => void
  /** Ends the reading after the batch under way. */
  readonly signal: AbortSignal
}

const batchSize = 1000
const shownAwardCount = 5

/** Records every commit with its true time. What was recorded before stays as it is, so this can be run at any time. */
export async function recordHistory(recording: Recording): Promise<RecordedHistory> {
  const tally = newTally()
  const isFirstTime = firstTimes()
  let due: CompletionInput<Category>[] = []
  const flush = async (size: number) => {
    add(tally, await recording.service.record(due.slice(0, size)))
    due = due.slice(size)
    recording.onProgress(tally.commitCount)
  }
  for await (const commit of recording.commits) {
    const moment = momentOf(commit, recording.now)
    note(tally, commit, moment)
    due.push(...completionsOf(commit, moment).filter(isFirstTime))
    if (due.length >= batchSize) await flush(batchSize)
    if (recording.signal.aborted) break
  }
  if (due.length > 0) await flush(due.length)
  return tally
}

type Tally = { -readonly [Key in keyof RecordedHistory]: RecordedHistory[Key] } & {
  lastAwards: Award[]
  readonly names: Map<string, string>
}

function newTally(): Tally {
  return {
    commitCount: 0,
    newCount: 0,
    newCompletionCount: 0,
    awardedCount: 0,
    lastAwards: [],
    names: new Map(),
    undatedCount: 0,
  }
}

function note(tally: Tally, { userId, name }: Commit, { at, isUnknown }: ReturnType<typeof momentOf>): void {
  tally.commitCount += 1
  if (name !== '') tally.names.set(userId, name)
  else if (!tally.names.has(userId)) tally.names.set(userId, 'Nameless')
  if (isUnknown) {
    tally.undatedCount += 1
    return
  }
  const { from = at, to = at } = tally.span ?? {}
  tally.span = { from: at < from ? at : from, to: at > to ? at : to }
}

function add(tally: Tally, results: readonly RecordResult[]): void {
  for (const { status, completion, awarded } of results) {
    if (status === 'duplicate') continue
    tally.newCompletionCount += 1
    if (completion.category === 'commit') tally.newCount += 1
    tally.awardedCount += awarded.length
    tally.lastAwards.push(...awarded.map(badge => ({ userId: completion.userId, badge })))
  }
  tally.lastAwards = tally.lastAwards.slice(-shownAwardCount)
}
