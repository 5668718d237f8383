import type { Answer, Call, Command } from '../command.js'
import { declined } from '../confirm.js'
import { counted } from '../figures.js'
import { manualChangeOf, manualChangeOptions, yesOption } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

/** Makes two users one. */
export const mergeUsers: Command = {
  name: 'merge-users',
  summary: 'make two users one, such as two accounts of one person',
  notes: [
    'Everything of the first user becomes that of the second, and later calls for the first id count for the second.',
    'Of two completions with one key, the earlier one stays. Asks first, because it cannot be reverted.',
  ],
  positionals: [{ name: 'from' }, { name: 'into' }],
  options: { ...manualChangeOptions, ...yesOption },
  examples: [
    'milepost merge-users ann-old ann --reason "Two accounts of one person"',
    'milepost merge-users visitor:4711 ann --reason "Signed up" --by support --yes --json',
  ],
  run: async call => {
    const hand = manualChangeOf(call.args)
    const [from, into] = call.args.positionals as [string, string]
    const question = `Merge ${printable(from)} into ${printable(into)}? This cannot be reverted.`
    return asking(call, question, () =>
      withService(call, 'none', async ({ service }) => {
        const result = await service.mergeUsers({ from, into }, hand)
        return { data: result, lines: () => linesOf(result) }
      }),
    )
  },
}

/** Gives a user another id. */
export const renameUser: Command = {
  name: 'rename-user',
  summary: 'give a user another id',
  notes: ['The former id stays one of the user: later calls for it count for the new id.'],
  positionals: [{ name: 'from' }, { name: 'to' }],
  options: {
    reason: { value: 'text', help: 'why; stored in the audit log. Default: Renamed' },
    by: manualChangeOptions.by!,
    ...yesOption,
  },
  examples: ['milepost rename-user ann@example.com ann', 'milepost rename-user 17 ann --reason "New ids" --yes --json'],
  run: async call => {
    const { reason, by } = call.args.texts
    const [from, to] = call.args.positionals as [string, string]
    return asking(call, `Rename ${printable(from)} to ${printable(to)}?`, () =>
      withService(call, 'none', async ({ service }) => {
        const result = await service.renameUser(from, to, { ...(reason && { reason }), ...(by && { by }) })
        const before = result.status === 'already-renamed' ? ' It had been renamed before.' : ''
        return { data: result, lines: () => [`The user is ${printable(result.userId)} now.${before}`] }
      }),
    )
  },
}

async function asking(call: Call, question: string, work: () => Promise<Answer>): Promise<Answer> {
  if (!call.mustAsk() || (await call.confirm(question))) return work()
  return declined
}

type Merge = {
  readonly status: string
  readonly userId: string
  readonly completionCount: number
  readonly duplicateCount: number
  readonly awarded: readonly { readonly id: string }[]
  readonly revoked: readonly { readonly id: string }[]
}

function linesOf({ status, userId, completionCount, duplicateCount, awarded, revoked }: Merge): string[] {
  const before = status === 'already-merged' ? ' They had been merged before.' : ''
  const both = duplicateCount > 0 ? `, ${duplicateCount} of both` : ''
  const badges = (word: string, list: Merge['awarded']): string[] =>
    list.length > 0 ? [`${word}: ${list.map(({ id }) => printable(id)).join(', ')}`] : []
  return [
    `${counted(completionCount, 'completion')} moved to ${printable(userId)}${both}.${before}`,
    ...badges('Awarded', awarded),
    ...badges('Revoked', revoked),
  ]
}
