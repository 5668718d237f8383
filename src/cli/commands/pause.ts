import type { StreakPause } from '../../service/manual/pause.js'
import type { Call, Command } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { usageError } from '../failure.js'
import { manualChangeOf, manualChangeOptions } from '../options.js'
import { printable } from '../printable.js'
import { withService } from '../session.js'

const allUsersOption = { 'all-users': { help: 'for all users, instead of one' } }
const optionalUser = [{ name: 'user', isOptional: true }]

/** Pauses streaks. */
export const pause: Command = {
  name: 'pause',
  summary: 'pause the streaks of one user, or of all users',
  notes: ['Prints the id of the pause. Pass it to `milepost unpause` to take the pause back.'],
  positionals: optionalUser,
  options: {
    from: { value: 'day or instant', help: 'the first day, such as 2026-09-25, or an instant (required)' },
    until: { value: 'day or instant', help: 'when it ends; this day is not paused (required)' },
    ...allUsersOption,
    ...manualChangeOptions,
  },
  examples: [
    'milepost pause ann --from 2026-09-25 --until 2026-09-28 --reason Holiday',
    'milepost pause --all-users --from 2026-09-25T18:00:00Z --until 2026-09-26T02:00:00Z --reason Outage --by ops',
  ],
  run: async call => {
    const { from, until } = call.args.texts
    if (!from || !until) throw usageError('No period given.', 'Pass --from and --until, such as 2026-09-25.')
    const [userId, hand] = [userOf(call), manualChangeOf(call.args)]
    return withService(call, 'in-effect', async ({ service }) => {
      const data = await service.pauseStreaks(userId, { from, until, ...hand })
      return { data, lines: () => [lineOf(data)] }
    })
  },
}

/** Lists pauses. */
export const pauses: Command = {
  name: 'pauses',
  summary: 'list the pauses of one user, or those for all users',
  positionals: optionalUser,
  options: allUsersOption,
  examples: ['milepost pauses ann', 'milepost pauses --all-users --json'],
  run: async call => {
    const userId = userOf(call)
    return withService(call, 'in-effect', async ({ service }) => {
      const data = await service.getStreakPauses(userId)
      return { data, lines: () => (data.length > 0 ? data.map(lineOf) : ['There are no pauses.']) }
    })
  },
}

/** Takes a pause back. */
export const unpause: Command = {
  name: 'unpause',
  summary: 'take a pause back, and revoke badges held only because of it',
  notes: ['`milepost pauses` lists the ids. Exits with code 1 if there is no such pause.'],
  positionals: [{ name: 'id' }],
  options: manualChangeOptions,
  examples: ['milepost unpause 12 --reason "Entered by mistake"'],
  run: async call => {
    const hand = manualChangeOf(call.args)
    return withService(call, 'in-effect', async ({ service }) => {
      const data = await service.deleteStreakPause(call.args.positionals[0]!, hand)
      if (data.status === 'not-found') {
        return { data, lines: () => ['There is no such pause.'], exitCode: exitCodes.failed }
      }
      const badges = data.revoked.map(({ name, id }) => `Badge removed: ${printable(name)} (${printable(id)})`)
      return { data, lines: () => ['Taken back.', ...badges] }
    })
  },
}

function userOf({ args }: Call): string | null {
  const [userId] = args.positionals
  const isForAll = args.flags.has('all-users')
  if (isForAll === (userId !== undefined)) throw usageError('No user given.', 'Pass a user, or --all-users.')
  return userId ?? null
}

function lineOf({ id, userId, from, until, reason }: StreakPause): string {
  const [start, end] = [from, until].map(bound => (bound instanceof Date ? bound.toISOString() : bound))
  return `${id}: ${userId === null ? 'all users' : printable(userId)}, ${start} to ${end}: ${printable(reason)}`
}
