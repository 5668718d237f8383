import type { Command } from '../command.js'
import { usageError } from '../failure.js'
import { manualChangeOf, manualChangeOptions, signedNumber } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Shows how many coins a user has. */
export const balance: Command = {
  name: 'balance',
  summary: 'show how many coins a user has',
  positionals: [{ name: 'user' }],
  options: {},
  examples: ['milepost balance ann'],
  run: async call => {
    const userId = call.args.positionals[0]!
    return withService(call, 'in-effect', async ({ service }) => {
      const data = await service.getBalance(userId)
      const lines = Object.entries(data).map(([currency, amount]) => `${amount} ${printable(currency)}`)
      return { data, lines: () => (lines.length > 0 ? lines : ['The catalog has no currencies.']) }
    })
  },
}

/** Spends coins of a user. */
export const spend: Command = {
  name: 'spend',
  summary: 'spend coins of a user, once per key, and never more than there are',
  positionals: [{ name: 'user' }],
  options: {
    currency: { value: 'currency', help: 'a currency of the catalog (required)' },
    amount: { value: 'n', help: 'how many (required)' },
    key: { value: 'key', help: 'what identifies it, such as the id of an order (required)' },
    reason: { value: 'text', help: 'what for (required)' },
  },
  examples: ['milepost spend ann --currency gems --amount 5 --key order:42 --reason "A hint"'],
  run: async call => {
    const { currency, key, reason } = call.args.texts
    const amount = signedNumber(call.args, 'amount')
    if (!currency) throw usageError('No currency given.', 'Pass --currency, such as gems.')
    if (amount === undefined) throw usageError('No amount given.', 'Pass --amount=5.')
    if (!key) throw usageError('No key given.', 'Pass --key, such as the id of the order.')
    if (!reason) throw usageError('A reason is missing.', 'Pass --reason "…". It is shown in the history.')
    const userId = call.args.positionals[0]!
    return withService(call, 'in-effect', async ({ service }) => {
      const data = await service.spend(userId, { currency, amount, key, reason })
      const left = `${data.balance} ${printable(data.status === 'insufficient' ? currency : data.spending.currency)}`
      const done = {
        spent: 'Spent',
        duplicate: 'Spent before, nothing changed',
        insufficient: 'Not enough, nothing changed',
      }
      return { data, lines: () => [`${done[data.status]}: ${printable(userId)} has ${left}.`] }
    })
  },
}

/** Pays back coins that a user spent. */
export const refund: Command = {
  name: 'refund',
  summary: 'pay back what a user spent under a key, once',
  positionals: [{ name: 'user' }],
  options: {
    key: { value: 'key', help: 'the key with which it was spent (required)' },
    ...manualChangeOptions,
  },
  examples: ['milepost refund ann --key order:42 --reason "The hint was wrong"'],
  run: async call => {
    const { key } = call.args.texts
    if (!key) throw usageError('No key given.', 'Pass --key, with which it was spent.')
    const [userId, hand] = [call.args.positionals[0]!, manualChangeOf(call.args)]
    return withService(call, 'in-effect', async ({ service }) => {
      const data = await service.refund(userId, { key, ...hand })
      if (data.status === 'not-found')
        return { data, lines: () => [`${printable(userId)} spent nothing with the key ${printable(key)}.`] }
      const done = data.status === 'refunded' ? 'Paid back' : 'Paid back before, nothing changed'
      const left = `${data.balance} ${printable(data.spending.currency)}`
      return { data, lines: () => [`${done}: ${printable(userId)} has ${left}.`] }
    })
  },
}
