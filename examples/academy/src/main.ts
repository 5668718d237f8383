import { once } from 'node:events'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

const defaultPort = 4300
const helpText = `Milepost Academy: a small course site about TypeScript, with badges.

  npm start                    open it on http://localhost:${defaultPort}, or the next free port
  npm start -- --port 5000     from this port on
  npm start -- --data <folder> keep everything there; .milepost/academy when left out
  npm start -- --new-key       make another admin key for Studio; the first was shown at the first start

Studio, where a team looks after its milestones, stands beside it under /studio.
`

process.exitCode = await main().catch(reportFailure)

async function main(): Promise<number> {
  const options = readOptions()
  if (options === 'help') {
    process.stdout.write(helpText)
    return 0
  }
  const startMs = Date.now()
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  // Milepost and its database take seconds to load: help and refusals do without.
  const { openAcademy } = await import('./start/academy-run.js')
  const academy = await openAcademy({ ...options, now: () => new Date(), say })
  say(`\n  Academy  ${academy.url}\n  Studio   ${academy.url}/studio\n`)
  say(keyWords(academy.adminKey))
  say(
    `Ready after ${((Date.now() - startMs) / 1000).toFixed(1)} s. Ctrl-C ends it; what you do is kept in ${options.folder}.`,
  )
  let isStopping = false
  academy.populated.then(
    () => isStopping || say('The simulated learners are there.'),
    error => say(`The simulated learners could not be let in; the rest works. ${error}`),
  )
  await stopped
  isStopping = true
  say('Closing…')
  await academy.close()
  return 0
}

function keyWords(adminKey: string | null): string {
  if (adminKey) return `Studio asks for an admin key. This one is shown only once:\n\n  ${adminKey}\n`
  return "Studio's admin key was shown when it was made; npm start -- --new-key makes another."
}

type Options = { readonly port: number; readonly folder: string; readonly isKeyAnew: boolean }

function readOptions(): Options | 'help' {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      'new-key': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  const port = Number(values.port ?? process.env.PORT ?? defaultPort)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`The port is ${values.port ?? process.env.PORT}; give a whole number from 0 to 65535.`)
  // npm runs a script in the folder of its package; a path means the one from where the person typed it.
  const folder =
    values.data === undefined ? resolve('.milepost/academy') : resolve(process.env.INIT_CWD ?? '', values.data)
  return { port, folder, isKeyAnew: values['new-key'] ?? false }
}

// What Milepost says, and what is wrong with the options, is meant for people; anything else is a fault, and says where.
async function reportFailure(error: unknown): Promise<number> {
  const { isMilepostError } = await import('milepost')
  const isPlain = isMilepostError(error) || (error instanceof Error && ['Error', 'TypeError'].includes(error.name))
  process.stderr.write(`${isPlain ? (error as Error).message : String((error as Error)?.stack ?? error)}\n`)
  return 1
}
