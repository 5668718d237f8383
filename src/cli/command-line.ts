import { parseArgs } from 'node:util'
import { suggest } from '../core/values/shape-faults.js'
import type { Arguments, Command, Options } from './command.js'
import { usageError } from './failure.js'
import { commonOptions } from './options.js'

/** What a command line requests. */
export type CommandRequest =
  | { readonly type: 'help'; readonly command: Command | null }
  | { readonly type: 'version' }
  | { readonly type: 'run'; readonly command: Command; readonly args: Arguments }

/** Parses a command line. @throws USAGE */
export function readCommandLine(argv: readonly string[], commands: readonly Command[]): CommandRequest {
  const [name, ...rest] = argv
  if (name === '--help' || name === '-h') return { type: 'help', command: null }
  if (name === '--version' || name === '-v') return { type: 'version' }
  if (name === undefined) throw usageError('No command was given.', 'See milepost --help.')
  if (name.startsWith('-')) throw usageError(`The command comes first, before ${name}.`, 'See milepost --help.')
  const command = commands.find(candidate => candidate.name === name)
  if (!command) {
    const meant = suggest(
      name,
      commands.map(known => known.name),
    )
    throw usageError(`Unknown command "${name}".`, `${meant} See milepost --help.`)
  }
  const { positionals, values } = parsed(rest, command)
  if (values.help) return { type: 'help', command }
  return { type: 'run', command, args: argumentsOf(command, positionals, values) }
}

/** Checks whether the output is for programs, even if the command line cannot be parsed. */
export function isForMachines(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json')
}

/** Writes the usage of a command as one line. */
export function usageOf({ name, positionals }: Command): string {
  const places = positionals.map(place => (place.isOptional ? `[${place.name}]` : `<${place.name}>`))
  return ['milepost', name, ...places, '[options]'].join(' ')
}

type Values = Readonly<Record<string, string | boolean | undefined>>

function parsed(args: readonly string[], command: Command): { positionals: readonly string[]; values: Values } {
  const options = Object.fromEntries(
    Object.entries({ ...commonOptions, ...command.options }).map(([name, { value }]) => {
      return [
        name,
        { type: value ? ('string' as const) : ('boolean' as const), ...(name === 'help' && { short: 'h' }) },
      ]
    }),
  )
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error
    const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1]
    if (unknown !== undefined) throw unknownOption(command, unknown, Object.keys(options))
    throw usageError(
      message.replace(/\. To specify .*/s, '. A value that begins with - comes after --.'),
      helpHint(command),
    )
  }
}

function unknownOption(command: Command, name: string, known: readonly string[]): Error {
  const meant = suggest(name, known).replace(/^Did you mean "(.*)"\?$/, 'Did you mean "--$1"?')
  const hint = meant.startsWith('Did') ? `${meant} ${helpHint(command)}` : helpHint(command)
  return usageError(`Unknown option "--${name}" of milepost ${command.name}.`, hint)
}

function argumentsOf(command: Command, positionals: readonly string[], values: Values): Arguments {
  const missing = command.positionals.filter(place => !place.isOptional)[positionals.length]
  if (missing) throw usageError(`<${missing.name}> is missing: ${usageOf(command)}`, helpHint(command))
  const stray = positionals[command.positionals.length]
  if (stray !== undefined) throw usageError(`"${stray}" is one too many: ${usageOf(command)}`, helpHint(command))
  command.positionals.forEach(({ name, words }, i) => {
    const given = positionals[i]
    if (words === undefined || given === undefined || words.includes(given)) return
    throw usageError(`"${given}" is not a valid ${name} of milepost ${command.name}.`, suggest(given, words))
  })
  const entries = Object.entries(values)
  const texts = entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))
  const flags = entries.flatMap(([name, value]) => (value === true ? [name] : []))
  return { positionals, texts: Object.fromEntries(texts), flags: new Set(flags) }
}

function helpHint({ name }: Command): string {
  return `See milepost ${name} --help.`
}

/** Lists options with their values, for help. */
export function optionRows(options: Options): readonly (readonly [string, string])[] {
  return Object.entries(options).map(([name, { value, help }]) => [`--${name}${value ? ` <${value}>` : ''}`, help])
}
