import type { Command } from '../command.js'
import { completionScript, shells } from '../completion/script.js'
import { usageError } from '../failure.js'

/** Creates the command that prints completion scripts. `all` returns every command, this one included. */
export function completion(all: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'print a script that completes commands and options in your shell',
    notes: [
      'bash: source <(milepost completion bash), in ~/.bashrc to keep it.',
      'zsh: source <(milepost completion zsh), in ~/.zshrc after compinit.',
      'fish: milepost completion fish > ~/.config/fish/completions/milepost.fish',
    ],
    positionals: [{ name: 'shell', words: shells }],
    options: {},
    examples: ['milepost completion bash'],
    run: async ({ args }) => {
      const shell = shells.find(known => known === args.positionals[0])
      if (!shell) throw usageError(`The shells are ${shells.join(', ')}.`)
      const script = completionScript(shell, all())
      return { data: { shell, script }, lines: () => [script] }
    },
  }
}
