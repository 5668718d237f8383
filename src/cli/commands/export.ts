import { writeFile } from 'node:fs/promises'
import type { Command } from '../command.js'
import { withService } from '../session.js'

/** Exports everything stored about a user. */
export const exporting: Command = {
  name: 'export',
  summary: 'export everything stored about a user, as JSON',
  positionals: [{ name: 'user' }],
  options: { output: { value: 'file', help: 'write to this file, readable only by its owner. Default: stdout' } },
  examples: ['milepost export ann > ann.json', 'milepost export ann --output ann.json'],
  run: async call =>
    withService(call, 'none', async ({ service }) => {
      const [userId] = call.args.positionals as [string]
      const found = await call.interrupt.race(service.exportUser(userId))
      const { output } = call.args.texts
      const text = JSON.stringify(found, null, 2)
      if (output === undefined) return { data: found, lines: () => [text] }
      await writeFile(output, `${text}\n`, { mode: 0o600 })
      return { data: { output }, lines: () => [`Written to ${output}.`] }
    }),
}
