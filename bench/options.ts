import { parseArgs } from 'node:util'

/** What the command line asks for. */
export type Options = {
  readonly only: string
  readonly isQuick: boolean
  readonly isCluster: boolean
  readonly isHelp: boolean
}

/** Reads the arguments of `npm run bench`. @throws TypeError for one that is not known */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean' },
      cluster: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  return {
    only: values.only ?? '',
    isQuick: values.quick ?? false,
    isCluster: values.cluster ?? false,
    isHelp: values.help ?? false,
  }
}

/** Says how the bench is called. `names`: of the figures. */
export function helpText(names: readonly string[]): string {
  return `npm run bench -- [--only <name>] [--quick] [--cluster]

Measures Milepost on a Postgres of its own, prints a table and writes bench/results.json.

  --only <name>  measures the figures whose names contain this; of the others results.json keeps what it says
  --quick        fewer rounds, about 4 minutes in all; the figures vary more
  --cluster      measures a Citus cluster, whose coordinator is in MILEPOST_CITUS_URL, and nothing else
  --help         prints this

A figure that misses its target is shown so, and the exit code is 0 all the same; it is 1 where a measurement fails.

Figures:
${names.map(name => `  ${name}`).join('\n')}
`
}
