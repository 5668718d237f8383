import { type Battery, type BatteryName, batteries } from './batteries.js'

/** What one battery did in a run. */
export type Result = { readonly count: number; readonly isHeld: boolean }

/** A run of all batteries. `share`: of the usual numbers; 1 in the nightly run. */
export type ReliabilityRun = {
  readonly results: ReadonlyMap<BatteryName, Result>
  readonly date: Date
  readonly share: number
  readonly minutes: number
  readonly versions: Readonly<Record<'Milepost' | 'PostgreSQL' | 'PGlite' | 'Node', string>>
}

/** Writes docs/reliability.md. A battery that did nothing in this run is shown so. */
export function reliabilityPage({ results, date, share, minutes, versions }: ReliabilityRun): string {
  const rows = (Object.entries(batteries) as [BatteryName, Battery][]).map(([name, battery]) =>
    rowOf(battery, results.get(name)),
  )
  const versionList = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `# Reliability

What is done to Milepost to break it, how often, and what held. \`npm run reliability\` does all of it on a real Postgres and on PGlite, and writes this page. Every night
a job does a fifth of the numbers. The [guarantees](guarantees.md) say what Milepost promises.

This page: ${date.toISOString().slice(0, 10)}, ${minutes} minutes${shareText(share)}, ${versionList.join(', ')}.

| what was done | how often | what must hold | result |
| --- | --- | --- | --- |
${rows.join('\n')}

## Run it yourself

\`\`\`sh
npm run reliability                  # the full numbers: hours
npm run reliability -- --share 0.01  # a hundredth of them: minutes
\`\`\`

The numbers on this page are counted by the tests while they run. Random cases are new in each run. If one fails, its seed is in the output of the run.
A full disk needs a small file system in memory, which only root can make. Without it, that row says "not run".
`
}

function rowOf({ attack, counted, promise, files }: Battery, result: Result | undefined): string {
  const tests = files.map(file => `[${file.split('/').at(-1)!}](../${file})`).join(', ')
  const outcome = !result || result.count === 0 ? 'not run' : result.isHeld ? 'held' : '**failed**'
  return `| ${attack} (${tests}) | ${(result?.count ?? 0).toLocaleString('en')} ${counted} | ${promise} | ${outcome} |`
}

function shareText(share: number): string {
  return share === 1 ? '' : ` with ${share * 100} % of the full numbers`
}
