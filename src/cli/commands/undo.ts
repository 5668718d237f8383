import type { Command } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { manualChangeOf, manualChangeOptions } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Takes a completion back. */
export const undo: Command = {
  name: 'undo',
  summary: 'undo a completion, and revoke what depended on it',
  notes: ['Exits with code 1 if there is no such completion.'],
  positionals: [{ name: 'user' }, { name: 'category' }, { name: 'itemKey' }],
  options: manualChangeOptions,
  examples: [
    'milepost undo ann tutorial intro --reason "Counted by mistake"',
    'milepost undo ann order 4711 --reason refund --by support --json',
  ],
  run: async call => {
    const hand = manualChangeOf(call.args)
    return withService(call, 'in-effect', async ({ service }) => {
      const [userId, category, itemKey] = call.args.positionals as [string, string, string]
      const result = await service.undo({ userId, category, itemKey }, hand)
      if (result.status === 'not-found') {
        return { data: result, lines: () => ['There is no such completion.'], exitCode: exitCodes.failed }
      }
      const badges = result.revoked.map(({ name, id }) => `Badge removed: ${printable(name)} (${printable(id)})`)
      return { data: result, lines: () => ['Undone.', ...badges] }
    })
  },
}
