import type { ExitCode } from './exit-code.js'
import type { Interrupt } from './interrupt.js'
import type { ProgressLine } from './progress-line.js'
import type { TerminalScreen } from './screen.js'

/** One thing that the command does. */
export type Command = {
  readonly name: string
  /** One line, for the list of commands. */
  readonly summary: string
  /** What there is to know beside the options, in lines. */
  readonly notes?: readonly string[]
  readonly positionals: readonly Positional[]
  readonly options: Options
  readonly examples: readonly string[]
  readonly run: (call: Call) => Promise<Answer>
}

export type Positional = { readonly name: string; readonly isOptional?: boolean }

/** Options by name. Where `value` names what is to be given, the option takes one; else it is a flag. */
export type Options = Readonly<Record<string, { readonly value?: string; readonly help: string }>>

/** What a command line holds, once it was checked against its command. */
export type Arguments = {
  readonly positionals: readonly string[]
  readonly texts: Readonly<Record<string, string>>
  readonly flags: ReadonlySet<string>
}

/** What a command found or did: once for machines, once for people. */
export type Answer = {
  /** Undefined where there is nothing to say. */
  readonly data: unknown
  readonly lines: (screen: TerminalScreen) => readonly string[]
  /** Default: `done`. */
  readonly exitCode?: ExitCode
}

/** What a command works with. */
export type Call = {
  readonly args: Arguments
  readonly env: NodeJS.ProcessEnv
  readonly interrupt: Interrupt
  /** Whether somebody reads stdout on a terminal. */
  readonly isTerminal: boolean
  /** Writes to stdout at once, also what only machines read; for commands that go on for long. */
  readonly print: (text: string) => void
  /** Tells people something on the way; machines, and those who asked for quiet, hear nothing. */
  readonly note: (text: string) => void
  /** Shows people lines before a question is asked. */
  readonly show: (lines: (screen: TerminalScreen) => readonly string[]) => void
  readonly progress: (noun: string) => ProgressLine
  /** Tells whether to ask before something is done: not with `--yes`. @throws USAGE where there is nobody to ask */
  readonly mustAsk: () => boolean
  /** Asks a question on the terminal. @throws INTERRUPTED */
  readonly confirm: (question: string) => Promise<boolean>
}
