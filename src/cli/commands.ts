import type { Command } from './command.js'
import { apply } from './commands/apply.js'
import { award } from './commands/award.js'
import { erase } from './commands/erase.js'
import { explain } from './commands/explain.js'
import { exporting } from './commands/export.js'
import { importing } from './commands/import.js'
import { key } from './commands/key.js'
import { leaderboard } from './commands/leaderboard.js'
import { lint } from './commands/lint.js'
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

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  migrating,
  lint,
  plan,
  apply,
  versions,
  verify,
  rebuild,
  user,
  leaderboard,
  explain,
  importing,
  undo,
  award,
  revoke,
  pause,
  pauses,
  unpause,
  exporting,
  erase,
  serving,
  studio,
  key,
]
