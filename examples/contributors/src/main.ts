import { resolve } from 'node:path'
import { helpText, parseCommand, type ReadCommand } from './command.js'
import { screenOf } from './screen.js'
import { chooseSource } from './source.js'

const exitCodes = { failed: 1, refused: 2, SIGINT: 130, SIGTERM: 143 } as const

process.exitCode = await main(process.argv.slice(2)).catch(reportFailure)

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args)
  switch (command.action) {
    case 'help':
      process.stdout.write(helpText)
      return 0
    case 'refuse':
      return refuse(command.message)
    case 'read':
      return read(command)
  }
}

async function read({ path, isSample, person, dataFolder }: ReadCommand): Promise<number> {
  // npm runs a script in the folder of its package; a path means the one from where the person typed it.
  const from = (typed: string) => resolve(process.env.INIT_CWD ?? '', typed)
  const source = await chooseSource({ path: path && from(path), isSample, here: process.cwd() })
  if (source.status === 'none') return refuse(source.message)
  const { signal, code } = stopSignal()
  // Milepost and its database take a second to load: help and refusals do without.
  const { readContributors } = await import('./read-contributors.js')
  await readContributors({
    source,
    person,
    dataFolder: dataFolder === undefined ? resolve('.milepost') : from(dataFolder),
    screen: screenOf(process.stdout, process.env),
    write: text => void process.stdout.write(text),
    now: () => new Date(),
    signal,
  })
  return code()
}

/** Turns the first Ctrl-C into a request to stop in good order; a second one ends the program at once. */
function stopSignal(): { readonly signal: AbortSignal; readonly code: () => number } {
  const controller = new AbortController()
  let code = 0
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      code = exitCodes[name]
      controller.abort()
    })
  }
  // Whoever read what we print has gone, as in `npm run demo:contributors | head`.
  process.stdout.on('error', () => controller.abort())
  return { signal: controller.signal, code: () => code }
}

function refuse(message: string): number {
  process.stderr.write(`${message}\n`)
  return exitCodes.refused
}

// What Milepost and git say is meant for people; anything else is a fault of this program, and says where.
async function reportFailure(error: unknown): Promise<number> {
  const { isMilepostError } = await import('milepost')
  const isPlain = isMilepostError(error) || (error instanceof Error && error.name === 'Error')
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
  return exitCodes.failed
}
