import type { Command } from '../command.js'
import { instantOf, manualChangeOf, manualChangeOptions } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Awards a badge manually. */
export const award: Command = {
  name: 'award',
  summary: 'award a badge manually; it stays until it is revoked manually',
  positionals: [{ name: 'user' }, { name: 'badge' }],
  options: {
    at: { value: 'day or instant', help: 'date of the badge, in UTC. Default: now' },
    ...manualChangeOptions,
  },
  examples: [
    'milepost award ann first-steps --reason "Taught at the conference"',
    'milepost award ann "posts#gold" --at 2024-05-01 --reason "Moved from the old forum" --by ben',
  ],
  run: async call => {
    const at = instantOf(call.args, 'at')
    const hand = { ...manualChangeOf(call.args), ...(at && { at }) }
    return withService(call, 'in-effect', async ({ service }) => {
      const [userId, badgeId] = call.args.positionals as [string, string]
      const result = await service.awardBadge(userId, badgeId, hand)
      const name = printable(result.badge.name)
      const first =
        result.status === 'held' ? `The user already had ${name}. It is now safe from undo.` : `${name} is awarded.`
      const further = result.awarded.map(
        badge => `This also awarded ${printable(badge.name)} (${printable(badge.id)}).`,
      )
      return { data: result, lines: () => [first, ...further] }
    })
  },
}
