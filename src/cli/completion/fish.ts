import type { CompletedCommand, CompletedOption, CompletedValue } from './completed-command.js'

/** Writes the completion for fish. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, argument, options }) => [
    `complete -c milepost -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...argumentLine(name, argument),
    ...options.map(option => optionLine(name, option)),
  ])
  return ['# Completes milepost in fish', 'complete -c milepost -f', ...lines].join('\n')
}

function argumentLine(command: string, argument: CompletedValue): readonly string[] {
  const added = addedBy(argument)
  return added === '' ? [] : [`complete -c milepost -n '__fish_seen_subcommand_from ${command}'${added}`]
}

function optionLine(command: string, { name, help, value }: CompletedOption): string {
  const taken = value === null ? '' : ` -r${addedBy(value)}`
  return `complete -c milepost -n '__fish_seen_subcommand_from ${command}' -l ${name}${taken} -d ${quoted(help)}`
}

function addedBy(value: CompletedValue): string {
  if (value.type === 'file') return ' -F'
  return value.type === 'words' ? ` -a ${quoted(value.words.join(' '))}` : ''
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}
