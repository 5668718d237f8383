import { type PostgresServer, startPostgres } from '../test/support/postgres-server.js'
import type { Figure } from './figure.js'
import { clusterOf } from './figures/cluster.js'
import { helpText, readOptions } from './options.js'
import { endPrograms } from './program.js'
import { createProgressLine } from './progress-line.js'
import { resultsFile, writeResults } from './results.js'
import { studies } from './studies.js'
import { tableOf } from './table.js'
import { endWriters } from './writer-process.js'

const coordinator = process.env.MILEPOST_CITUS_URL
const cluster = clusterOf(coordinator ?? '')
const names = [...studies, cluster].flatMap(study => study.names)
const options = readOptions(process.argv.slice(2))
const chosen = (options.isCluster ? [cluster] : studies).filter(study => study.names.some(isChosen))

if (options.isHelp) console.log(helpText(names))
else if (options.isCluster && !coordinator) fail('Set MILEPOST_CITUS_URL to the coordinator of a Citus cluster.')
else if (chosen.length === 0) fail(`No figure's name contains "${options.only}". There are: ${names.join(', ')}.`)
else process.exit(await run())

/** Returns the exit code. */
async function run(): Promise<number> {
  const interrupted = interruption()
  const server = await startPostgres()
  try {
    const figures = await Promise.race([measureAll(server), interrupted])
    if (figures === 'interrupted') {
      console.error('Interrupted: nothing was written.')
      return 130
    }
    writeResults(figures, names)
    console.log(`Postgres ${server.version}, Node ${process.versions.node}\n\n${tableOf(figures)}\n\nIn ${resultsFile}`)
    return 0
  } finally {
    endWriters()
    endPrograms()
    await server.stop()
  }
}

async function measureAll(server: PostgresServer): Promise<Figure[]> {
  const progress = createProgressLine()
  const lab = { server, isQuick: options.isQuick, tell: progress.tell }
  const figures: Figure[] = []
  for (const study of chosen) {
    progress.begin(study.names.join(' and '))
    figures.push(...(await study.measure(lab)).filter(({ figure }) => isChosen(figure)))
    progress.end()
  }
  return figures
}

function isChosen(name: string): boolean {
  return name.includes(options.only)
}

function interruption(): Promise<'interrupted'> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'))
  })
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
