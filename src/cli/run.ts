import type { Readable, Writable } from 'node:stream'
import { inspect } from 'node:util'
import { packageVersion } from '../core/values/version.generated.js'
import { choose } from './choose.js'
import type { Answer, Arguments, Call } from './command.js'
import { type CommandRequest, isForMachines, readCommandLine } from './command-line.js'
import { commandGroups, commands } from './commands.js'
import { confirm } from './confirm.js'
import { type ExitCode, exitCodes } from './exit-code.js'
import { describeFailure, usageError } from './failure.js'
import { helpLines } from './help.js'
import { type Interrupt, listenForInterrupt } from './interrupt.js'
import { progressLine } from './progress-line.js'
import { type Output, screenOf, type TerminalScreen } from './screen.js'
import { secretsIn, withoutSecrets } from './secrets.js'

/** What the command gets from its environment. */
export type World = {
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly stdin: Readable & Output
  readonly stdout: Writable & Output
  readonly stderr: Writable & Output
  readonly nowMs: () => number
  /** Ends the process at once, without waiting for a clean end. */
  readonly exit: (code: ExitCode) => void
}

/** Runs one command line, prints the result, and returns the exit code. */
export async function run(world: World): Promise<ExitCode> {
  try {
    const request = readCommandLine(world.argv, commands)
    return request.type === 'run' ? await runCommand(world, request) : answer(world, request)
  } catch (error) {
    return tell(world, error)
  }
}

function answer({ stdout, env }: World, request: Exclude<CommandRequest, { type: 'run' }>): ExitCode {
  const lines =
    request.type === 'version' ? [packageVersion] : helpLines(screenOf(stdout, env), commandGroups, request.command)
  stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.done
}

async function runCommand(
  world: World,
  { command, args }: Extract<CommandRequest, { type: 'run' }>,
): Promise<ExitCode> {
  const notes = notesTo(world, args)
  const interrupt = listenForInterrupt({
    first: () => notes('Stopping after the current step. Press Ctrl-C again to stop at once.'),
    second: () => world.exit(exitCodes.interrupted),
  })
  try {
    const given = await command.run(callOf(world, args, interrupt))
    print(world, args, given)
    return given.exitCode ?? exitCodes.done
  } finally {
    interrupt.dispose()
  }
}

function callOf(world: World, args: Arguments, interrupt: Interrupt): Call {
  const { env, stdin, stdout, stderr, nowMs } = world
  const screen = screenOf(stderr, env)
  const write = (text: string): void => void stderr.write(text)
  const line = { screen: { ...screen, isLive: screen.isLive && !args.flags.has('quiet') }, write, nowMs }
  return {
    args,
    env,
    interrupt,
    isTerminal: stdout.isTTY === true,
    print: text => void stdout.write(text),
    note: notesTo(world, args),
    show: lines => writeLines(stderr, lines(screen)),
    progress: noun => progressLine({ ...line, noun }),
    mustAsk: () => mustAsk(world, args),
    isInteractive: isInteractive(world, args),
    choose: (question, choices) => choose(question, choices, { input: stdin, output: stderr, interrupt }),
    confirm: async (question, options) => {
      const isAgreed = await confirm(question, { input: stdin, output: stderr, signal: interrupt.signal, ...options })
      interrupt.check(() => 'Interrupted. Nothing was changed.')
      return isAgreed
    },
  }
}

function isInteractive({ stdin, stderr }: World, { flags }: Arguments): boolean {
  return stdin.isTTY === true && stderr.isTTY === true && !flags.has('json') && !flags.has('yes')
}

function mustAsk(world: World, args: Arguments): boolean {
  if (args.flags.has('yes')) return false
  if (isInteractive(world, args)) return true
  throw usageError('This command asks for confirmation, but there is no terminal.', 'Pass --yes to confirm.')
}

function notesTo({ stderr, env }: World, { flags }: Arguments): (text: string) => void {
  const { paint } = screenOf(stderr, env)
  return text => {
    if (!flags.has('quiet') && !flags.has('json')) stderr.write(`${paint('warning', text)}\n`)
  }
}

function print({ stdout, env }: World, { flags }: Arguments, { data, lines }: Answer): void {
  if (data === undefined) return
  if (flags.has('json')) stdout.write(`${JSON.stringify(data, null, 2)}\n`)
  else if (!flags.has('quiet')) writeLines(stdout, lines(screenOf(stdout, env)))
}

function writeLines(output: Writable, lines: readonly string[]): void {
  if (lines.length > 0) output.write(`${lines.join('\n')}\n`)
}

function tell(world: World, error: unknown): ExitCode {
  const { argv, env, stderr } = world
  const { code, message, advice, details, exitCode } = describeFailure(error)
  const hide = (text: string): string => withoutSecrets(text, secretsOf(world))
  const debug = argv.includes('--debug') ? hide(inspect(error)) : undefined
  const lines = isForMachines(argv)
    ? [JSON.stringify({ error: { code, message, advice, details, debug } }, (_, value) => hidden(hide, value))]
    : [...failureLines(screenOf(stderr, env), { code, message: hide(message), advice }), ...(debug ? [debug] : [])]
  writeLines(stderr, lines)
  return exitCode
}

function hidden(hide: (text: string) => string, value: unknown): unknown {
  return typeof value === 'string' ? hide(value) : value
}

function failureLines(
  { paint }: TerminalScreen,
  { code, message, advice }: { readonly code: string; readonly message: string; readonly advice: string | null },
): readonly string[] {
  return [`${paint('bad', code)}: ${message}`, ...(advice ? [advice] : [])]
}

// Reads the raw arguments, because an invalid command line may contain a password too.
function secretsOf({ argv, env }: World): readonly string[] {
  return [...argv, env.DATABASE_URL ?? ''].flatMap(secretsIn).sort((a, b) => b.length - a.length)
}
