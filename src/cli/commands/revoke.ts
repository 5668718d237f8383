import type { Command } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { manualChangeOf, manualChangeOptions, oneOf } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Revokes a badge manually. */
export const revoke: Command = {
  name: 'revoke',
  summary: 'revoke a badge, and the badges that depended on it',
  notes: ['Ends with exit code 1 where the user does not hold it.'],
  positionals: [{ name: 'user' }, { name: 'badge' }],
  options: {
    lasting: {
      value: 'yes|no',
      words: ['yes', 'no'],
      help: 'keep it revoked until it is awarded manually; default: no for a badge that was only awarded manually, otherwise yes',
    },
    ...manualChangeOptions,
  },
  examples: ['milepost revoke ann first-steps --reason "Given to the wrong user" --by ben'],
  run: async call => {
    const lasting = oneOf(call.args, 'lasting', ['yes', 'no'] as const)
    const hand = { ...manualChangeOf(call.args), ...(lasting && { lasting: lasting === 'yes' }) }
    return withService(call, 'in-effect', async ({ service }) => {
      const [userId, badgeId] = call.args.positionals as [string, string]
      const result = await service.revokeBadge(userId, badgeId, hand)
      if (result.status === 'not-held') {
        return { data: result, lines: () => ['This badge is not held.'], exitCode: exitCodes.failed }
      }
      return {
        data: result,
        lines: () => result.revoked.map(({ name, id }) => `Revoked: ${printable(name)} (${printable(id)})`),
      }
    })
  },
}
