import type { Command } from '../command.js'
import { commonOptions } from '../options.js'

/** What a shell completes after an option, or in place of an argument. */
export type CompletedValue =
  | { readonly type: 'words'; readonly words: readonly string[] }
  | { readonly type: 'file' }
  | { readonly type: 'free' }

/** An option as a shell completes it. `value` is null for a flag. */
export type CompletedOption = { readonly name: string; readonly help: string; readonly value: CompletedValue | null }

/** A command as a shell completes it. */
export type CompletedCommand = {
  readonly name: string
  readonly summary: string
  readonly argument: CompletedValue
  readonly options: readonly CompletedOption[]
}

/** Returns what shells complete after the name of a command. */
export function completedCommand({ name, summary, positionals, options }: Command): CompletedCommand {
  const [first] = positionals
  return {
    name,
    summary,
    argument: valueNamed(first?.name ?? '', first?.words),
    options: Object.entries({ ...options, ...commonOptions }).map(([option, { value, words, help }]) => {
      return { name: option, help, value: value === undefined ? null : valueNamed(value, words) }
    }),
  }
}

function valueNamed(name: string, words: readonly string[] | undefined): CompletedValue {
  if (words) return { type: 'words', words }
  return /file|folder|catalog/.test(name) ? { type: 'file' } : { type: 'free' }
}
