import type { ExitCode } from './exit-code.js'
import type { Interrupt } from './interrupt.js'
import type { ProgressLine } from './progress-line.js'
import type { TerminalScreen } from './screen.js'

/** One command of the command line. */
export type Command = {
  readonly name: string
  /** One line, for the list of commands. */
  readonly summary: string
  /** Notes for the help, one per line. */
  readonly notes?: readonly string[]
  readonly positionals: readonly Positional[]
  readonly options: Options
  readonly examples: readonly string[]
  readonly run: (call: Call) => Promise<Answer>
}

/** What stands after the name of the command. With `words`, only these are allowed. */
export type Positional = { readonly name: string; readonly isOptional?: boolean; readonly words?: readonly string[] }

/**
 * Options by name. With `value` (the name of the value), the option takes a value; otherwise it is a flag. `words`: the
 * values that the shell completes.
 */
export type Options = Readonly<
  Record<string, { readonly value?: string; readonly words?: readonly string[]; readonly help: string }>
>

/** A command line that was checked against its command. */
export type Arguments = {
  readonly positionals: readonly string[]
  readonly texts: Readonly<Record<string, string>>
  readonly flags: ReadonlySet<string>
}

/** The result of a command: once for programs, once for people. */
export type Answer = {
  /** Undefined if there is nothing to print. */
  readonly data: unknown
  readonly lines: (screen: TerminalScreen) => readonly string[]
  /** Default: `done`. */
  readonly exitCode?: ExitCode
}

/** One answer to a question. */
export type Choice<Value extends string> = { readonly value: Value; readonly label: string; readonly hint?: string }

/** What a command can use. */
export type Call = {
  readonly args: Arguments
  readonly env: NodeJS.ProcessEnv
  readonly interrupt: Interrupt
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean
  /** Writes to stdout at once, also output for programs only. For commands that run for a long time. */
  readonly print: (text: string) => void
  /** Prints a note for people. Does nothing with `--json` or `--quiet`. */
  readonly note: (text: string) => void
  /** Shows lines to people before a question is asked. */
  readonly show: (lines: (screen: TerminalScreen) => readonly string[]) => void
  readonly progress: (noun: string) => ProgressLine
  /** Checks whether to ask before a change: not with `--yes`. @throws USAGE if there is no terminal */
  readonly mustAsk: () => boolean
  /** Whether questions can be asked: there is a terminal, and neither `--yes` nor `--json`. */
  readonly isInteractive: boolean
  /** Lets the user choose on the terminal. @throws INTERRUPTED */
  readonly choose: <Value extends string>(question: string, choices: readonly Choice<Value>[]) => Promise<Value>
  /** Asks a question on the terminal. `isYesByDefault`: whether Enter means yes. @throws INTERRUPTED */
  readonly confirm: (question: string, options?: { readonly isYesByDefault: boolean }) => Promise<boolean>
}
