import { parseArgs } from 'node:util'

/** What the program was asked to do. */
export type Command =
  | ReadCommand
  | { readonly action: 'help' }
  /** Nothing, since the command line is wrong. */
  | { readonly action: 'refuse'; readonly message: string }

export type ReadCommand = {
  readonly action: 'read'
  /** Another repository than the one we stand in. */
  readonly path?: string | undefined
  /** Read the shipped log in any case. */
  readonly isSample: boolean
  /** Whose card to show; the leader's when left out. */
  readonly person?: string | undefined
  /** Where to keep the databases; `.milepost` when left out. */
  readonly dataFolder?: string | undefined
}

export const helpText = `Reads the history of a git repository and shows what its contributors have earned.

Usage
  npm run demo:contributors               the repository that this one is cloned to
  npm run demo:contributors -- <path>     another repository on this machine
  npm run demo:contributors -- --sample   a log of real commits that ships with the example

Options
  --person <name>   show this contributor's badges; the leader's when left out
  --data <folder>   keep the databases there; .milepost when left out
  --help            show this text

What is recorded stays, one database a repository: run it again after new commits,
or after Ctrl-C, and it goes on from there.
`

const options = {
  help: { type: 'boolean', short: 'h' },
  sample: { type: 'boolean' },
  person: { type: 'string' },
  data: { type: 'string' },
} as const

/** Reads the command line. What is wrong with it is a value, since a person is to be told and not a programmer. */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    if (values.help) return { action: 'help' }
    const [path] = positionals
    if (positionals.length > 1) return refuse('Give one repository at a time.')
    if (values.sample && path !== undefined) return refuse('Give a path or --sample, not both.')
    const { sample = false, person, data } = values
    return { action: 'read', path, isSample: sample, person, dataFolder: data }
  } catch (error) {
    return refuse(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error))
  }
}

function refuse(problem: string): Command {
  return { action: 'refuse', message: `${problem.replace(/[.\s]*$/, '.')} See npm run demo:contributors -- --help.` }
}
