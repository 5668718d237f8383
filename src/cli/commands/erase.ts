import type { Command } from '../command.js'
import { declined } from '../confirm.js'
import { exitCodes } from '../exit-code.js'
import { counted } from '../figures.js'
import { manualChangeOf, manualChangeOptions, yesOption } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Deletes everything about a user. */
export const erase: Command = {
  name: 'erase',
  summary: 'delete all data of a user, and refuse later writes for the id',
  notes: ['Asks first. This cannot be undone: run `milepost export` first if you may need the data.'],
  positionals: [{ name: 'user' }],
  options: { ...manualChangeOptions, ...yesOption },
  examples: [
    'milepost erase ann --reason "Asked for it on 3 May"',
    'milepost erase ann --reason "Ticket 4711" --by support --yes --json',
  ],
  run: async call => {
    const hand = manualChangeOf(call.args)
    const isAsking = call.mustAsk()
    return withService(call, 'none', async ({ service }) => {
      const [userId] = call.args.positionals as [string]
      if (isAsking && !(await call.confirm(`Delete all data of ${printable(userId)}?`))) {
        return declined
      }
      const result = await service.eraseUser(userId, hand)
      if (result.status === 'merged') {
        const line = `${printable(userId)} is a former id of ${printable(result.mergedInto!)}. Nothing was deleted: erase that user.`
        return { data: result, lines: () => [line], exitCode: exitCodes.failed }
      }
      const before = result.status === 'already-erased' ? ' The user had been erased before.' : ''
      return { data: result, lines: () => [`${counted(result.rowCount, 'row')} deleted.${before}`] }
    })
  },
}
