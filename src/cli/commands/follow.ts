import type { FollowColumns, FollowOptions } from '../../service/follow/follow-options.js'
import { type FollowReport, followTable, unfollowTable } from '../../service/follow/follow-table.js'
import { type FollowedTableReport, listFollowed } from '../../service/follow/list-followed.js'
import type { ImportReport } from '../../service/import/import-report.js'
import { asDatabase } from '../../store/database/session-of.js'
import type { Answer, Arguments, Call, Command } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { usageError } from '../failure.js'
import { counted, figure, moment } from '../figures.js'
import { mappingOptions } from '../import-mapping.js'
import { yesOption } from '../options.js'
import { printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'
import { type CommandSession, withDatabase, withService } from '../session.js'
import { tableLines } from '../table.js'
import { reportLines } from './import.js'

/** Follows a table of the app. */
export const follow: Command = {
  name: 'follow',
  summary: "bring each row that your app inserts into a table of its own into Milepost's, by a trigger",
  notes: [
    'Shows the SQL and asks first. Then imports the rows that are in the table already.',
    'Updates are not followed. Deletes are followed with --deletes. Run it again to continue an interrupted import.',
    'Without a table, or with --list, it lists the tables that are followed. Exits with code 3 if rows were refused.',
  ],
  positionals: [{ name: 'table', isOptional: true }],
  options: {
    ...mappingOptions,
    'time-column': { value: 'column', help: 'column of the time. Default: completed_at or completedAt' },
    'time-zone': { value: 'zone', help: 'zone of times without one. Default: UTC' },
    badges: { help: 'bring rows of category milestone_badge as badges; without it they are left out' },
    deletes: { help: 'undo the completion of a row that is deleted' },
    'no-import': { help: 'only follow, without importing the rows that are there' },
    'dry-run': { help: 'show the SQL and what would be imported, and change nothing' },
    list: { help: 'list the tables that are followed' },
    ...yesOption,
  },
  examples: [
    'milepost follow public.user_progress',
    'milepost follow public.finished --category tutorial --user-column login --item-column slug --time-column finished_on',
    'milepost follow --list --json',
  ],
  run: async call => {
    const { flags, positionals } = call.args
    const [table] = positionals
    if (flags.has('list') || table === undefined) return listAll(call)
    const options = { ...optionsOf(call.args, table), ...schemaOf(call.args) }
    const isAsking = !flags.has('dry-run') && call.mustAsk()
    return withService(call, flags.has('no-import') ? 'none' : 'in-effect', session =>
      followed(call, session, { options, isAsking }),
    )
  },
}

/** Stops following a table of the app. */
export const unfollow: Command = {
  name: 'unfollow',
  summary: 'remove the trigger from a table that is followed, and keep what it brought',
  notes: ['Exits with code 1 if the table is not followed.'],
  positionals: [{ name: 'table' }],
  options: {},
  examples: ['milepost unfollow public.user_progress'],
  run: async call => {
    const [table] = call.args.positionals as [string]
    return withDatabase(call, { mayCreate: false }, async db => {
      const data = await unfollowTable(asDatabase(db), { table, ...schemaOf(call.args) })
      const isDone = data.status === 'unfollowed'
      const line = isDone
        ? `${printable(table)} is not followed any more. What came from it stays.`
        : `${printable(table)} is not followed.`
      return { data, lines: () => [line], exitCode: isDone ? exitCodes.done : exitCodes.failed }
    })
  },
}

function schemaOf({ texts: { schema } }: Arguments): { readonly schema?: string } {
  return schema === undefined ? {} : { schema }
}

function optionsOf({ texts, flags }: Arguments, table: string): FollowOptions {
  const { category } = texts
  if (category !== undefined && texts['category-column'] !== undefined)
    throw usageError('--category and --category-column cannot be combined.')
  const given = {
    userId: texts['user-column'],
    category: category === undefined ? texts['category-column'] : { value: category },
    itemKey: texts['item-column'],
    completedAt: texts['time-column'],
    metadata: texts['metadata-column'],
  }
  const columns = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as FollowColumns
  const timeZone = texts['time-zone']
  const shared = { table, columns, badges: flags.has('badges'), deletes: flags.has('deletes') }
  return timeZone === undefined ? shared : { ...shared, timeZone }
}

type Following = { readonly options: FollowOptions; readonly isAsking: boolean }

async function followed(call: Call, session: CommandSession, { options, isAsking }: Following): Promise<Answer> {
  const db = asDatabase(session.db)
  const planned = await followTable(db, { ...options, dryRun: true })
  if (call.args.flags.has('dry-run')) return { data: planned, lines: () => plannedLines(planned) }
  if (isAsking && planned.status !== 'unchanged') {
    call.show(() => plannedLines(planned))
    if (!(await call.confirm('Run this?'))) return declined
  }
  const report = await followTable(db, options)
  const imported = call.args.flags.has('no-import') ? null : await importWithProgress(call, session, report)
  const exitCode = imported && imported.refused.count > 0 ? exitCodes.found : exitCodes.done
  return { data: { ...report, imported }, lines: screen => doneLines(screen, report, imported), exitCode }
}

const declined: Answer = {
  data: { status: 'declined' },
  lines: () => ['Nothing was changed.'],
  exitCode: exitCodes.failed,
}

async function importWithProgress(
  call: Call,
  { service }: CommandSession,
  { table, rowCount: totalCount }: FollowReport,
): Promise<ImportReport> {
  const reading = call.progress('row')
  const counting = call.progress('user')
  try {
    return await service.importFollowed(table, {
      onProgress: ({ phase, rowCount, userCount }) => {
        if (phase === 'reading') reading.show(rowCount, totalCount)
        else counting.show(userCount, null)
        call.interrupt.check(() => `Interrupted after ${counted(rowCount, 'row')}. Run the same command to continue.`)
      },
    })
  } finally {
    reading.clear()
  }
}

function plannedLines({ status, table, statements, rowCount }: FollowReport): readonly string[] {
  if (status === 'unchanged') return [`${printable(table)} is followed already.`]
  return [
    ...statements.map(statement => `${statement};\n`),
    `${printable(table)} has ${counted(rowCount, 'row')} now. While the trigger is made, writes to the table wait.`,
  ]
}

const statusLines: Readonly<Record<FollowReport['status'], string>> = {
  followed: 'is followed now',
  changed: 'is followed with the new options now',
  unchanged: 'is followed already',
}

function doneLines(
  screen: TerminalScreen,
  { status, table }: FollowReport,
  imported: ImportReport | null,
): readonly string[] {
  return [
    `${printable(table)} ${statusLines[status]}.`,
    ...(imported ? reportLines(screen, imported) : []),
    'New rows count when you call checkAndAwardMilestones or countFollowed, or when a server runs. Updates are not followed.',
  ]
}

async function listAll(call: Call): Promise<Answer> {
  return withDatabase(call, { mayCreate: false }, async db => {
    const tables = await listFollowed(asDatabase(db), schemaOf(call.args))
    const hasRefused = tables.some(({ refused }) => refused.length > 0)
    const exitCode = hasRefused ? exitCodes.found : exitCodes.done
    return { data: { tables }, lines: screen => listLines(screen, tables), exitCode }
  })
}

const columns = [
  { head: 'table' },
  { head: 'status' },
  { head: 'deletes' },
  { head: 'imported' },
  { head: 'not counted', isFigure: true },
  { head: 'refused', isFigure: true },
]

function listLines(screen: TerminalScreen, tables: readonly FollowedTableReport[]): readonly string[] {
  if (tables.length === 0) return ['No tables are followed.']
  const rows = tables.map(({ table, status, deletes, importedAt, waitingCount, refused }) => {
    const refusedCount = refused.reduce((sum, { rowCount }) => sum + rowCount, 0)
    const imported = importedAt === null ? 'not yet' : moment(importedAt)
    return [printable(table), status, deletes ? 'yes' : 'no', imported, figure(waitingCount), figure(refusedCount)]
  })
  const problems = tables.flatMap(({ table, refused }) =>
    refused.map(
      ({ problem, rowCount }) => `${printable(table)}: ${counted(rowCount, 'row')} refused, ${printable(problem)}`,
    ),
  )
  return [...tableLines(screen, columns, rows), ...problems]
}
