import type { UserGroup } from '../../core/users/attributes.js'
import type { LeaderboardPage, LeaderboardQuery } from '../../service/read/leaderboard.js'
import type { Arguments, Command } from '../command.js'
import { usageError } from '../failure.js'
import { figure, moment } from '../figures.js'
import { instantOf, oneOf, wholeNumber } from '../options.js'
import type { TerminalScreen } from '../screen.js'
import { withService } from '../session.js'
import { tableLines } from '../table.js'

/** Shows the users with the most points. */
export const leaderboard: Command = {
  name: 'leaderboard',
  summary: 'show the users with the most points',
  positionals: [],
  options: {
    limit: { value: 'n', help: 'how many users, 1 to 1,000. Default: 10' },
    after: { value: 'cursor', help: 'the `next` of the previous page' },
    around: { value: 'user', help: 'show this user and the users just above and below' },
    period: { value: 'week|month', words: ['week', 'month'], help: 'count only points gained in this week or month' },
    at: { value: 'day or instant', help: 'a moment in the week or month, in UTC. Default: now' },
    group: { value: 'attribute:value', help: 'only users with this attribute, such as team:red' },
  },
  examples: [
    'milepost leaderboard',
    'milepost leaderboard --period week --limit 50',
    'milepost leaderboard --period month --at 2026-09-01',
    'milepost leaderboard --around ann',
  ],
  run: async call => {
    const query = queryOf(call.args)
    return withService(call, 'in-effect', async ({ service }) => {
      const page = await call.interrupt.race(service.getLeaderboard(query))
      return { data: page, lines: screen => pageLines(screen, page) }
    })
  },
}

function queryOf(args: Arguments): LeaderboardQuery {
  const { after, around, group } = args.texts
  const limit = wholeNumber(args, 'limit')
  const at = instantOf(args, 'at')
  const period = oneOf(args, 'period', ['week', 'month'] as const)
  return {
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
    ...(around !== undefined && { around }),
    ...(period !== undefined && { period }),
    ...(at && { at }),
    ...(group !== undefined && { group: groupNamed(group) }),
  }
}

function groupNamed(text: string): UserGroup {
  const [, attribute, value] = /^([^:]+):(.+)$/s.exec(text) ?? []
  if (attribute && value) return { attribute, value }
  throw usageError(`--group needs an attribute and its value, not ${text}.`, 'Example: --group team:red')
}

const columns = [
  { head: 'rank', isFigure: true },
  { head: 'user' },
  { head: 'points', isFigure: true },
  { head: 'level' },
  { head: 'badges', isFigure: true },
  { head: 'reached (UTC)' },
]

function pageLines(screen: TerminalScreen, { entries, next }: LeaderboardPage): readonly string[] {
  if (entries.length === 0) return ['No user has points here yet.']
  const rows = entries.map(({ rank, userId, points, level, levelName, badgeCount, reachedAt }) => {
    const place = levelName === null ? String(level) : `${level} ${levelName}`
    return [figure(rank), userId, figure(points), place, figure(badgeCount), moment(reachedAt)]
  })
  return [...tableLines(screen, columns, rows), ...(next ? [screen.paint('quiet', `Next page: --after ${next}`)] : [])]
}
