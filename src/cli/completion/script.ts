import { assertNever } from '../../core/values/errors.js'
import type { Command } from '../command.js'
import { bashScript } from './bash.js'
import { completedCommand } from './completed-command.js'
import { fishScript } from './fish.js'
import { zshScript } from './zsh.js'

/** The shells with completion. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** Writes the script that completes these commands in a shell. */
export function completionScript(shell: (typeof shells)[number], commands: readonly Command[]): string {
  const completed = commands.map(completedCommand)
  switch (shell) {
    case 'bash':
      return bashScript(completed)
    case 'zsh':
      return zshScript(completed)
    case 'fish':
      return fishScript(completed)
    default:
      return assertNever(shell)
  }
}
