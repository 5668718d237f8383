import type { Command, Options } from '../../../src/cli/command.js'
import { optionRows, usageOf } from '../../../src/cli/command-line.js'
import { commands } from '../../../src/cli/commands.js'
import { exitCodeMeanings } from '../../../src/cli/exit-code.js'
import { commonOptions } from '../../../src/cli/options.js'
import { block, capital, code, paragraphs, plain, tableOf } from './markdown.js'

/** Describes every command as its `--help` does. */
export function commandsPage(): string {
  return paragraphs(
    '# Commands',
    'Run a command in your project with `npx milepost <command>`. [Command line](../cli.md) explains how they work together.',
    tableOf(
      ['command', 'what it does'],
      commands.map(({ name, summary }) => [`[${code(name)}](#${name})`, capital(plain(summary))]),
    ),
    ...commands.map(commandText),
    '## Options of every command',
    optionsTable(commonOptions),
    '## Exit codes',
    tableOf(
      ['code', 'meaning'],
      Object.entries(exitCodeMeanings).map(([number, meaning]) => [number, capital(plain(meaning))]),
    ),
  )
}

function commandText(command: Command): string {
  const { name, summary, notes = [], options, examples } = command
  return paragraphs(
    `## ${name}`,
    `${capital(plain(summary))}.`,
    block('sh', usageOf(command)),
    ...notes.map(plain),
    Object.keys(options).length > 0 ? optionsTable(options) : '',
    examples.length > 0 ? 'Examples:' : '',
    examples.length > 0 ? block('sh', examples.map(example => `npx ${example}`).join('\n')) : '',
  ).trimEnd()
}

function optionsTable(options: Options): string {
  return tableOf(
    ['option', 'meaning'],
    optionRows(options).map(([option, help]) => [code(option), plain(help)]),
  )
}
