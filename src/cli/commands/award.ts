import type { Command } from '../command.js'
import { handOf, handOptions } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Gives a badge by hand. */
export const award: Command = {
  name: 'award',
  summary: 'give a badge by hand; it stays until it is taken by hand',
  positionals: [{ name: 'user' }, { name: 'badge' }],
  options: handOptions,
  examples: [
    'milepost award ann first-steps --reason "Taught at the conference"',
    'milepost award ann "posts#gold" --reason "Moved from the old forum" --by ben',
  ],
  run: async call => {
    const hand = handOf(call.args)
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
