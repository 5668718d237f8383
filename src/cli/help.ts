import type { Command } from './command.js'
import { optionRows, usageOf } from './command-line.js'
import type { CommandGroup } from './commands.js'
import { exitCodeMeanings } from './exit-code.js'
import { commonOptions } from './options.js'
import type { TerminalScreen } from './screen.js'

/** Writes the help of all commands, or of one. */
export function helpLines(
  screen: TerminalScreen,
  groups: readonly CommandGroup[],
  command: Command | null,
): readonly string[] {
  return command ? commandHelp(screen, command) : overview(screen, groups)
}

function overview({ paint }: TerminalScreen, groups: readonly CommandGroup[]): readonly string[] {
  const rows = groups.flatMap(({ commands }) => commands.map(({ name }) => name.length))
  const width = Math.max(...rows)
  return [
    `${paint('strong', 'milepost')}: milestones, badges, points and levels in your own Postgres`,
    '',
    ...section(paint, 'Usage', ['milepost <command> [options]', 'milepost <command> --help', 'milepost --version']),
    ...groups.flatMap(({ title, commands }) =>
      section(
        paint,
        title,
        pairs(
          commands.map(({ name, summary }) => [name, summary] as const),
          width,
        ),
      ),
    ),
    ...section(paint, 'Options of every command', pairs(optionRows(commonOptions))),
    ...section(paint, 'Exit codes', pairs(Object.entries(exitCodeMeanings))),
  ].slice(0, -1)
}

// What every command shares is written once, in the overview.
function commandHelp({ paint }: TerminalScreen, command: Command): readonly string[] {
  const { summary, notes = [], options, examples } = command
  return [
    summary,
    ...notes,
    '',
    ...section(paint, 'Usage', [usageOf(command)]),
    ...(Object.keys(options).length > 0 ? section(paint, 'Options', pairs(optionRows(options))) : []),
    ...section(paint, 'Examples', examples),
    'milepost --help lists the options of every command, such as --database, --catalog and --json.',
  ]
}

function section(paint: TerminalScreen['paint'], title: string, lines: readonly string[]): readonly string[] {
  return [paint('strong', title), ...lines.map(line => `  ${line}`), '']
}

function pairs(rows: readonly (readonly [string, string])[], least = 0): readonly string[] {
  const width = Math.max(least, ...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)
}
