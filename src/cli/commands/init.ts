import type { Command } from '../command.js'
import { drivers, frameworks } from '../init/project.js'
import { yesOption } from '../options.js'

/** Sets Milepost up in a project. */
export const initialising: Command = {
  name: 'init',
  summary: 'set Milepost up in your project: catalog, service, route and a page with badges',
  notes: [
    'Finds your framework, database and package manager. Never overwrites a file: it only adds lines where your app is created.',
    'Asks at most three questions; none with --yes or without a terminal.',
  ],
  positionals: [],
  options: {
    'dry-run': { help: 'show what it would write, and write nothing' },
    ...yesOption,
    framework: { value: 'name', words: frameworks, help: `${frameworks.join(', ')}. Default: what your project uses` },
    driver: {
      value: 'name',
      words: drivers,
      help: 'pglite (embedded), pg or postgres. Default: what your project uses',
    },
    'skip-install': { help: 'do not install packages' },
  },
  examples: ['milepost init', 'milepost init --yes', 'milepost init --dry-run', 'milepost init --driver pg'],
  run: async call => (await import('../init/init.js')).init(call),
}
