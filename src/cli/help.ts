import type { Command } from './command.js'
import { optionRows, usageOf } from './command-line.js'
import { exitCodeMeanings } from './exit-code.js'
import { commonOptions } from './options.js'
import type { TerminalScreen } from './screen.js'

/** Writes the help of all commands, or of one. */
export function helpLines(
  screen: TerminalScreen,
  commands: readonly Command[],
  command: Command | null,
): readonly string[] {
  return command ? commandHelp(screen, command) : overview(screen, commands)
}

function overview({ paint }: TerminalScreen, commands: readonly Command[]): readonly string[] {
  return [
    `${paint('strong', 'milepost')}: milestones, badges, points and levels in your own Postgres`,
    '',
    ...section(paint, 'Usage', ['milepost <command> [options]', 'milepost <command> --help', 'milepost --version']),
    ...section(paint, 'Commands', pairs(commands.map(({ name, summary }) => [name, summary]))),
    ...section(paint, 'Options of every command', pairs(optionRows(commonOptions))),
    ...section(paint, 'Exit codes', pairs(Object.entries(exitCodeMeanings))),
    ...section(paint, 'Examples', [
      'milepost migrate --database postgres://app@localhost/app',
      'milepost plan --catalog catalog.json',
      'milepost user ann --json',
    ]),
  ].slice(0, -1)
}

function commandHelp({ paint }: TerminalScreen, command: Command): readonly string[] {
  const { summary, notes = [], options, examples } = command
  return [
    summary,
    ...notes,
    '',
    ...section(paint, 'Usage', [usageOf(command)]),
    ...(Object.keys(options).length > 0 ? section(paint, 'Options', pairs(optionRows(options))) : []),
    ...section(paint, 'Options of every command', pairs(optionRows(commonOptions))),
    ...section(paint, 'Exit codes', pairs(Object.entries(exitCodeMeanings))),
    ...section(paint, 'Examples', examples),
  ].slice(0, -1)
}

function section(paint: TerminalScreen['paint'], title: string, lines: readonly string[]): readonly string[] {
  return [paint('strong', title), ...lines.map(line => `  ${line}`), '']
}

function pairs(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)
}
