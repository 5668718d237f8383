import type { Command } from '../command.js'
import { serving } from './serve.js'

/** Prints the address of Studio on a running server, or serves it. */
export const studio: Command = {
  name: 'studio',
  summary: 'open Studio, the admin UI, of a running server or of one it starts',
  notes: [
    'With the address of a server that runs, it tells where its Studio is, and ends.',
    'Without, it serves as `milepost serve` does, with all its options, until SIGTERM or Ctrl-C.',
    'Whoever opens Studio signs in with an admin key: see `milepost keys`.',
  ],
  positionals: [{ name: 'url', isOptional: true }],
  options: { ...serving.options, open: { help: 'also open it in the browser' } },
  examples: [
    'milepost studio --catalog catalog.json --open',
    'milepost studio --database postgres://app@localhost/app --port 3000',
    'milepost studio https://badges.example.com --open',
  ],
  // The server's modules are loaded only here, because other commands do not need them.
  run: async call => (await import('../serve/studio.js')).showStudio(call),
}
