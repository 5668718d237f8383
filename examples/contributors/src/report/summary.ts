import { counted, day, duration, figure } from '../figures.js'
import type { RecordedHistory } from '../record-history.js'
import type { Screen } from '../screen.js'

export type Summary = {
  readonly history: RecordedHistory
  readonly elapsedMs: number
  /** True where a person ended the reading early. */
  readonly isStopped: boolean
}

/** Says what was read and what that brought. */
export function summaryLines(screen: Screen, { history, elapsedMs, isStopped }: Summary): readonly string[] {
  const { commitCount, names, undatedCount } = history
  if (commitCount === 0) return ['No commits yet. The first one brings the first badge.']
  return [
    `${counted(commitCount, 'commit')} by ${counted(names.size, 'person', 'people')}${spanText(history)}`,
    ...outcome(screen, history),
    screen.paint('quiet', speedText(history, elapsedMs)),
    ...(undatedCount > 0 ? [undatedText(undatedCount)] : []),
    ...(isStopped ? ['Stopped early. What was read is kept; run it again to go on.'] : []),
  ]
}

function outcome({ paint }: Screen, { commitCount, newCount, awardedCount }: RecordedHistory): readonly string[] {
  const knownCount = commitCount - newCount
  if (newCount === 0 && awardedCount === 0) {
    const all = commitCount === 1 ? 'the one commit was' : `all ${figure(commitCount)} commits were`
    return [`${paint('accent', 'Nothing new:')} ${all} already recorded.`]
  }
  const known = knownCount > 0 ? `, ${figure(knownCount)} already known` : ''
  return [`${paint('accent', `${figure(newCount)} recorded`)}${known}, ${counted(awardedCount, 'badge')} awarded.`]
}

function spanText({ span }: RecordedHistory): string {
  if (!span) return '.'
  const [from, to] = [day(span.from), day(span.to)]
  return from === to ? `, ${from}.` : `, ${from} to ${to}.`
}

/** A speed says something only where there was enough to read. */
function speedText({ commitCount, newCompletionCount }: RecordedHistory, elapsedMs: number): string {
  const perSecond = Math.round((1000 * commitCount) / Math.max(1, elapsedMs))
  return [
    duration(elapsedMs),
    ...(commitCount >= 100 ? [`${figure(perSecond)} commits a second`] : []),
    ...(newCompletionCount > 0 ? [counted(newCompletionCount, 'completion')] : []),
  ].join(', ')
}

function undatedText(count: number): string {
  return count === 1
    ? 'One commit has no date that can be, and counts as made now.'
    : `${figure(count)} commits have no date that can be, and count as made now.`
}
