import type { Command } from '../command.js'
import { handOf, handOptions, instantOf } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Gives a badge by hand. */
export const award: Command = {
  name: 'award',
  summary: 'award a badge manually; it stays until it is revoked manually',
  positionals: [{ name: 'user' }, { name: 'badge' }],
  options: {
    at: { value: 'day or instant', help: 'from when it is held, in UTC; now' },
    ...handOptions,
  },
  examples: [
    'milepost award ann first-steps --reason "Taught at the conference"',
    'milepost award ann "posts#gold" --at 2024-05-01 --reason "Moved from the old forum" --by ben',
  ],
  run: async call => {
    const at = instantOf(call.args, 'at')
    const hand = { ...handOf(call.args), ...(at && { at }) }
    return withService(call, 'governing', async ({ service }) => {
      const [userId, badgeId] = call.args.positionals as [string, string]
      const result = await service.awardBadge(userId, badgeId, hand)
      const name = printable(result.badge.name)
      const first = result.status === 'held' ? `${name} was held; now it stays.` : `${name} is awarded.`
      const further = result.awarded.map(badge => `It brought ${printable(badge.name)} (${printable(badge.id)}).`)
      return { data: result, lines: () => [first, ...further] }
    })
  },
}
