import type { Badge } from '../../core/awards/badge.js'
import { type Catalog, milestonesIn } from '../../core/catalog/catalog.js'
import type { MilestoneStatus } from '../../core/progress/milestone-status.js'
import type { MilestoneProgress } from '../../core/progress/progress.js'
import type { NextMilestone } from '../../core/progress/what-next.js'
import type { UserProgress } from '../../service/read/progress.js'
import type { Arguments, Command } from '../command.js'
import { usageError } from '../failure.js'
import { counted, figure, moment } from '../figures.js'
import { printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'
import { withService } from '../session.js'
import { tableLines } from '../table.js'

/** Shows the progress of one user. */
export const user: Command = {
  name: 'user',
  summary: 'show the badges, points, level and progress of a user, and what is next',
  positionals: [{ name: 'user' }],
  notes: ['The tables are in English. Titles are in English too if the catalog has them in English.'],
  options: { locale: { value: 'tag', help: 'with --json: the language of texts (BCP 47), such as pt-BR' } },
  examples: ['milepost user ann', 'milepost user ann --locale de --json', 'milepost user -- -odd-id'],
  run: async call => {
    const [userId] = call.args.positionals as [string]
    const locale = localeOf(call.args)
    return withService(call, 'in-effect', async ({ service, catalog }) => {
      const progress = await call.interrupt.race(service.getUserProgress(userId, { locale }))
      const next = await call.interrupt.race(service.whatNext(userId, { locale }))
      return { data: { ...progress, next }, lines: screen => userLines(screen, { progress, next, catalog }) }
    })
  },
}

// The tables speak English, so what they show does too.
function localeOf({ texts: { locale }, flags }: Arguments): string | undefined {
  if (flags.has('json')) return locale
  if (locale === undefined) return 'en'
  throw usageError('--locale goes with --json.', 'The tables are in English. Add --json, or remove --locale.')
}

type Shown = {
  readonly progress: UserProgress
  readonly next: readonly NextMilestone[]
  readonly catalog: Catalog
}

function userLines(screen: TerminalScreen, { progress, next, catalog }: Shown): readonly string[] {
  const { earnedBadges, milestones, unlocks } = progress
  const titles = new Map<string, string>(milestonesIn(catalog, 'en').map(({ id, title }) => [id, title]))
  return [
    headLine(screen, progress),
    ...(unlocks.length > 0 ? [`Unlocks: ${unlocks.map(printable).join(', ')}`] : []),
    ...part(screen, 'Badges', tableLines(screen, badgeColumns, earnedBadges.map(badgeRow))),
    ...part(
      screen,
      'Milestones',
      tableLines(
        screen,
        milestoneColumns,
        milestones.flatMap(each => milestoneRow(each, titles)),
      ),
    ),
    ...part(
      screen,
      'Next',
      next.map(({ title, text }) => `${printable(title)}: ${printable(text)}`),
    ),
  ]
}

function headLine({ paint }: TerminalScreen, progress: UserProgress): string {
  const { userId, totalPoints, level, levelName, nextLevelPoints, timeZone, visibility } = progress
  const next = nextLevelPoints === null ? '' : `, next at ${figure(nextLevelPoints)}`
  const name = levelName === null ? '' : ` (${printable(levelName)})`
  const shown = visibility === 'on' ? '' : ` · visibility ${visibility}`
  const standing = `${counted(totalPoints, 'point')} · level ${level}${name}${next} · ${timeZone}${shown}`
  return `${paint('strong', printable(userId))} · ${standing}`
}

function part({ paint }: TerminalScreen, title: string, lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? ['', paint('strong', title), ...lines] : []
}

const badgeColumns = [
  { head: 'badge' },
  { head: 'points', isFigure: true },
  { head: 'rarity' },
  { head: 'earned (UTC)' },
  { head: 'id' },
]

function badgeRow({ id, icon, name, points, rarity, earnedAt }: Badge): readonly string[] {
  return [`${icon ? `${icon} ` : ''}${name}`, figure(points), rarity, moment(earnedAt), id]
}

const milestoneColumns = [
  { head: 'milestone' },
  { head: 'is', isFigure: true },
  { head: 'target', isFigure: true },
  { head: '' },
  { head: 'id' },
]

const stateWords: Readonly<Record<MilestoneStatus, string>> = {
  earned: 'earned',
  expired: 'expired',
  open: '',
  locked: 'waits for others',
  upcoming: 'not available yet',
  over: 'no longer available',
  full: 'all given',
  revoked: 'revoked',
  retired: 'earned, retired',
}

function milestoneRow(
  progress: MilestoneProgress,
  titles: ReadonlyMap<string, string>,
): readonly (readonly string[])[] {
  if (progress.isHidden) return []
  const { id, current, target, status, timesEarned } = progress
  const state = status === 'earned' && timesEarned > 1 ? `earned ${timesEarned} times` : stateWords[status]
  return [[titles.get(id) ?? id, figure(current), figure(target), state, id]]
}
