import type { Command } from '../command.js'
import type { Finding } from '../doctor/finding.js'
import { exitCodes } from '../exit-code.js'
import { counted } from '../figures.js'
import { columnsOf, printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'

/** Checks the whole setup. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'check packages, database, migrations, catalog and time zones; writes nothing',
  notes: ['Every line that is not in order says how to fix it. Exits with code 3 if there is a problem.'],
  positionals: [],
  options: {},
  examples: ['milepost doctor', 'milepost doctor --catalog catalog.ts --database postgres://app@localhost/app --json'],
  run: async call => {
    const { examine } = await import('../doctor/examine.js')
    const findings = await examine(call)
    const isSound = findings.every(({ status }) => status !== 'problem')
    const exitCode = isSound ? exitCodes.done : exitCodes.found
    return { data: { isSound, findings }, lines: screen => findingLines(screen, findings), exitCode }
  },
}

const marks = { ok: ['good', 'ok'], warning: ['warning', 'warning'], problem: ['bad', 'problem'] } as const

function findingLines({ paint }: TerminalScreen, findings: readonly Finding[]): readonly string[] {
  const width = Math.max(...findings.map(({ check }) => columnsOf(check)))
  const lines = findings.flatMap(({ check, status, found, fix }) => {
    const [style, word] = marks[status]
    const line = `${paint(style, word.padEnd(7))}  ${check.padEnd(width)}  ${printable(found)}`
    return fix === null ? [line] : [line, `${' '.repeat(width + 11)}${fix}`]
  })
  const problemCount = findings.filter(({ status }) => status === 'problem').length
  return [
    ...lines,
    problemCount === 0 ? paint('good', 'No problems found.') : paint('bad', counted(problemCount, 'problem')),
  ]
}
