import type { Command } from '../command.js'
import { usageError } from '../failure.js'
import { manualChangeOf, manualChangeOptions } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Grants a streak freeze. */
export const grantFreeze: Command = {
  name: 'grant-freeze',
  summary: 'grant a streak freeze to a user, once per key',
  notes: ['It is used for the first period that the user misses from now on, in each streak that has freezes.'],
  positionals: [{ name: 'user' }],
  options: {
    key: { value: 'key', help: 'what identifies the freeze, such as the id of a purchase (required)' },
    ...manualChangeOptions,
  },
  examples: ['milepost grant-freeze ann --key order:42 --reason "Bought in the shop"'],
  run: async call => {
    const { key } = call.args.texts
    if (!key) throw usageError('No key given.', 'Pass --key, such as the id of the purchase.')
    const [userId, hand] = [call.args.positionals[0]!, manualChangeOf(call.args)]
    return withService(call, 'in-effect', async ({ service }) => {
      const data = await service.grantStreakFreeze(userId, { key, ...hand })
      const done = data.status === 'granted' ? 'Granted' : 'Granted before, nothing changed'
      return { data, lines: () => [`${done}: ${printable(key)} for ${printable(userId)}.`] }
    })
  },
}
