import type { UserGroup } from '../../core/users/attributes.js'
import type { BoardPeriod } from '../../service/read/board.js'
import type { LeaderboardPage, LeaderboardQuery } from '../../service/read/leaderboard.js'
import { describeBoards } from '../../service/studio/described-boards.js'
import type { Arguments, Command } from '../command.js'
import { usageError } from '../failure.js'
import { figure, moment } from '../figures.js'
import { instantOf, oneOf, wholeNumber } from '../options.js'
import { printable } from '../printable.js'
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
    board: { value: 'id', help: 'a board of the catalog, in place of points' },
    at: { value: 'day or instant', help: 'a moment in the week, month or period of the board, in UTC. Default: now' },
    users: { value: 'ids', help: 'only these users, with commas in between: ann,bob' },
    group: { value: 'attribute:value', help: 'only users with this attribute, such as team:red' },
  },
  examples: [
    'milepost leaderboard',
    'milepost leaderboard --period week --limit 50',
    'milepost leaderboard --period month --at 2026-09-01',
    'milepost leaderboard --around ann',
    'milepost leaderboard --board weekly-km --users ann,bob',
  ],
  run: async call => {
    const query = queryOf(call.args)
    return withService(call, 'in-effect', async ({ service }) => {
      const page = await call.interrupt.race(service.getLeaderboard(query))
      const boards = query.board === undefined ? [] : await describeBoards(service, 'en')
      const about = boards.flatMap(({ id, text }) => (id === query.board ? `${printable(text)}.` : []))
      return { data: page, lines: screen => [...about, ...pageLines(screen, page)] }
    })
  },
}

function queryOf(args: Arguments): LeaderboardQuery {
  const { after, around, board, users, group } = args.texts
  const limit = wholeNumber(args, 'limit')
  const at = instantOf(args, 'at')
  const period = oneOf(args, 'period', ['week', 'month'] as const)
  return {
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
    ...(around !== undefined && { around }),
    ...(period !== undefined && { period }),
    ...(board !== undefined && { board }),
    ...(users !== undefined && { userIds: users.split(',') }),
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

function pageLines(screen: TerminalScreen, { entries, next, period }: LeaderboardPage): readonly string[] {
  if (entries.length === 0) return [`No user ${period === undefined ? 'has points here' : 'is on this board'} yet.`]
  const hasValue = entries[0]!.value !== undefined
  const heads = hasValue ? columns.toSpliced(2, 0, { head: 'value', isFigure: true }) : columns
  const rows = entries.map(({ rank, userId, points, value, level, levelName, badgeCount, reachedAt }) => {
    const place = levelName === null ? String(level) : `${level} ${levelName}`
    const values = value === undefined ? [] : [figure(value)]
    return [figure(rank), userId, ...values, figure(points), place, figure(badgeCount), moment(reachedAt)]
  })
  return [...(period ? [periodLine(period)] : []), ...tableLines(screen, heads, rows), ...nextLines(screen, next)]
}

function periodLine({ name, from, until }: BoardPeriod): string {
  return `${name === null ? 'From' : `${printable(name)}, from`} ${moment(from)} until ${moment(until)} (UTC)`
}

function nextLines(screen: TerminalScreen, next: string | null): readonly string[] {
  return next ? [screen.paint('quiet', `Next page: --after ${next}`)] : []
}
