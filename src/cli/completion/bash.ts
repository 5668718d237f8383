import type { CompletedCommand, CompletedValue } from './completed-command.js'

/** Writes the completion for bash. It also runs in bash 3.2, which macOS has. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  return `# Completes milepost in bash: source <(milepost completion bash)
_milepost() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words="" files=no
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${names} --help --version"
  else
    case "\${COMP_WORDS[1]}:$before" in
${commands.flatMap(valueCases).join('\n')}
      *)
        case "\${COMP_WORDS[1]}" in
${commands.map(commandCase).join('\n')}
        esac
        ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [ "$files" = yes ]; then
    COMPREPLY+=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _milepost milepost`
}

function valueCases({ name, options }: CompletedCommand): readonly string[] {
  return options.flatMap(option => {
    if (option.value === null) return []
    return [`      ${name}:--${option.name}) ${assignmentOf(option.value)} ;;`]
  })
}

function commandCase({ name, argument, options }: CompletedCommand): string {
  const flags = options.map(option => `--${option.name}`).join(' ')
  const words = argument.type === 'words' ? argument.words.join(' ') : ''
  const files = argument.type === 'file' ? 'files=yes' : ':'
  return `          ${name}) case "$word" in -*) words="${flags}" ;; *) words="${words}"; ${files} ;; esac ;;`
}

function assignmentOf(value: CompletedValue): string {
  if (value.type === 'file') return 'files=yes'
  return value.type === 'words' ? `words="${value.words.join(' ')}"` : ':'
}
