import type { Command } from '../command.js'
import { usageError } from '../failure.js'
import { manualChangeOf, manualChangeOptions, signedNumber } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Gives points to a user, or takes some away. */
export const adjustPoints: Command = {
  name: 'adjust-points',
  summary: 'give points to a user, or take some away, once per key',
  notes: ['Levels and badges follow.'],
  positionals: [{ name: 'user' }],
  options: {
    points: { value: 'number', help: 'how many; to take 20 away: --points=-20 (required)' },
    currency: { value: 'currency', help: 'give or take coins of this currency' },
    key: { value: 'key', help: 'what identifies the adjustment, such as the id of a support case (required)' },
    ...manualChangeOptions,
  },
  examples: [
    'milepost adjust-points ann --points=-20 --key case:42 --reason "Posted spam"',
    'milepost adjust-points ann --points=100 --currency gems --key order:42 --reason "Bought in the shop"',
  ],
  run: async call => {
    const { key, currency } = call.args.texts
    const points = signedNumber(call.args, 'points')
    if (points === undefined)
      throw usageError('No points given.', 'Pass --points=50, or --points=-50 to take some away.')
    if (!key) throw usageError('No key given.', 'Pass --key, such as the id of the support case.')
    const [userId, hand] = [call.args.positionals[0]!, manualChangeOf(call.args)]
    return withService(call, 'in-effect', async ({ service }) => {
      const data = await service.adjustPoints(userId, { points, currency, key, ...hand })
      const { status, adjustment, awarded, revoked } = data
      const done = status === 'adjusted' ? 'Adjusted' : 'Adjusted before, nothing changed'
      const lines = [
        `${done}: ${adjustment.points} ${adjustment.currency ?? 'points'} for ${printable(userId)} (${printable(key)}).`,
        ...awarded.map(({ name, id }) => `New badge: ${printable(name)} (${printable(id)})`),
        ...revoked.map(({ name, id }) => `Badge removed: ${printable(name)} (${printable(id)})`),
      ]
      return { data, lines: () => lines }
    })
  },
}
