import type { ImportReport } from '../../service/import/import-report.js'
import type { Answer, Call, Command } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { counted, figure } from '../figures.js'
import { type ImportFile, openImportFile } from '../import-file.js'
import { mappingOf, mappingOptions } from '../import-mapping.js'
import { printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'
import { type CommandSession, withService } from '../session.js'
import { tableLines } from '../table.js'

/** Imports completions from a file. */
export const importing: Command = {
  name: 'import',
  summary: 'import completions from a .csv or .ndjson file, with their original dates',
  notes: [
    'Rows that are already stored are skipped, so you can run it again, also after an interruption.',
    'Exits with code 3 if rows were refused. All other rows are imported.',
  ],
  positionals: [{ name: 'file' }],
  options: {
    ...mappingOptions,
    delimiter: { value: 'char', help: 'separator of a .csv file. Default: a comma' },
    badges: { help: 'import rows of category milestone_badge as badges; without it they are refused' },
    'dry-run': { help: 'show what would be imported, and write nothing' },
  },
  examples: [
    'milepost import progress.csv --dry-run',
    'milepost import finished.csv --category tutorial --user-column login --item-column slug --time-column finished_on',
    'milepost import progress.ndjson --json',
  ],
  run: async call => {
    const mapping = mappingOf(call.args)
    const file = await openImportFile(call.args.positionals[0]!, call.args.texts.delimiter)
    return withService(call, 'in-effect', async session => {
      return answerTo(await importWithProgress(call, session, { file, mapping }))
    })
  },
}

type Import = { readonly file: ImportFile; readonly mapping: ReturnType<typeof mappingOf> }

async function importWithProgress(
  call: Call,
  { service }: CommandSession,
  { file, mapping }: Import,
): Promise<ImportReport> {
  const reading = call.progress('kilobyte')
  const counting = call.progress('user')
  try {
    return await service.importCompletions(file.source, mapping, {
      dryRun: call.args.flags.has('dry-run'),
      badges: call.args.flags.has('badges'),
      onProgress: ({ phase, rowCount, userCount }) => {
        if (phase === 'reading') reading.show(kilobytes(file.readCount()), kilobytes(file.byteCount))
        else counting.show(userCount, null)
        call.interrupt.check(() => `Interrupted after ${counted(rowCount, 'row')}. Run the same command to continue.`)
      },
    })
  } finally {
    reading.clear()
  }
}

function kilobytes(byteCount: number): number {
  return Math.ceil(byteCount / 1000)
}

function answerTo(report: ImportReport): Answer {
  const exitCode = report.refused.count > 0 ? exitCodes.found : exitCodes.done
  return { data: report, lines: screen => reportLines(screen, report), exitCode }
}

/** Writes what an import did. */
export function reportLines(screen: TerminalScreen, report: ImportReport): readonly string[] {
  const {
    isDryRun,
    rowCount,
    completionCount,
    badgeCount,
    unknownBadges,
    duplicates,
    refused,
    userCount,
    awardedCount,
  } = report
  const duplicateCount = duplicates.inSourceCount + duplicates.storedCount
  const badges = badgeCount > 0 ? ` and ${counted(badgeCount, 'badge')}` : ''
  return [
    `${counted(rowCount, 'row')} read: ${counted(completionCount, 'completion')}${badges} ${isDryRun ? 'would be imported' : 'imported'}, ${counted(duplicateCount, 'duplicate')}, ${figure(refused.count)} refused.`,
    ...(isDryRun ? [] : [`${counted(userCount, 'user')} counted, ${counted(awardedCount, 'badge')} awarded.`]),
    ...differingLines(duplicates),
    ...unknownLines(unknownBadges),
    ...refusedLines(screen, refused),
  ]
}

function differingLines({ differingCount, first }: ImportReport['duplicates']): readonly string[] {
  if (differingCount === 0) return []
  const rows = first.flatMap(({ row, differs }) => (differs ? row : [])).sort((a, b) => a - b)
  const isAll = rows.length === differingCount
  const named =
    rows.length > 0
      ? ` (${rows.length === 1 ? 'row' : 'rows'} ${rows.map(figure).join(', ')}${isAll ? '' : ', …'})`
      : ''
  const subject = differingCount === 1 ? '1 duplicate has' : `${figure(differingCount)} duplicates have`
  return [`${subject} another time or other metadata than the row that came first${named}. The first one was kept.`]
}

const shownCount = 20

function unknownLines(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return []
  const left = ids.length - shownCount
  const shown = ids.slice(0, shownCount).map(printable).join(', ')
  const word = ids.length === 1 ? 'badge id is' : 'badge ids are'
  return [`${figure(ids.length)} ${word} not in the catalog: ${shown}${left > 0 ? ` and ${figure(left)} more` : ''}.`]
}

const columns = [{ head: 'row', isFigure: true }, { head: 'field' }, { head: 'problem' }]

function refusedLines(screen: TerminalScreen, { count, first }: ImportReport['refused']): readonly string[] {
  const rows = first.map(({ row, field, problem }) => [figure(row), field, printable(problem)])
  const left = count - first.length
  return [...tableLines(screen, columns, rows), ...(left > 0 ? [`and ${counted(left, 'row')} more`] : [])]
}
