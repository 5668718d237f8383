import type { Command } from './command.js'
import { adjustPoints } from './commands/adjust-points.js'
import { apply } from './commands/apply.js'
import { award } from './commands/award.js'
import { boards } from './commands/boards.js'
import { balance, refund, spend } from './commands/coins.js'
import { completion } from './commands/completion.js'
import { doctor } from './commands/doctor.js'
import { erase } from './commands/erase.js'
import { explain } from './commands/explain.js'
import { exporting } from './commands/export.js'
import { fold } from './commands/fold.js'
import { follow, unfollow } from './commands/follow.js'
import { grantFreeze } from './commands/grant-freeze.js'
import { importing } from './commands/import.js'
import { initialising } from './commands/init.js'
import { items } from './commands/items.js'
import { keys } from './commands/keys.js'
import { leaderboard } from './commands/leaderboard.js'
import { lint } from './commands/lint.js'
import { mergeUsers, renameUser } from './commands/merge-users.js'
import { migrating } from './commands/migrate.js'
import { pause, pauses, unpause } from './commands/pause.js'
import { plan } from './commands/plan.js'
import { rebuild } from './commands/rebuild.js'
import { revoke } from './commands/revoke.js'
import { serving } from './commands/serve.js'
import { studio } from './commands/studio.js'
import { undo } from './commands/undo.js'
import { user } from './commands/user.js'
import { verify } from './commands/verify.js'
import { versions } from './commands/versions.js'

/** Commands that belong together, under one heading of the help. */
export type CommandGroup = { readonly title: string; readonly commands: readonly Command[] }

/** All commands by group, in the order of the help. */
export const commandGroups: readonly CommandGroup[] = [
  { title: 'Set up', commands: [initialising, doctor, migrating, completion(() => commands)] },
  { title: 'Catalog', commands: [lint, plan, apply, versions, items, verify, rebuild, fold] },
  {
    title: 'Users',
    commands: [
      ...[user, leaderboard, boards, explain, importing, undo, award, revoke],
      ...[adjustPoints, balance, spend, refund],
      ...[pause, pauses, unpause, grantFreeze, mergeUsers, renameUser, exporting, erase],
    ],
  },
  { title: 'Tables of your app', commands: [follow, unfollow] },
  { title: 'Server', commands: [serving, studio, keys] },
]

/** All commands, in the order of the help. */
export const commands: readonly Command[] = commandGroups.flatMap(group => group.commands)
