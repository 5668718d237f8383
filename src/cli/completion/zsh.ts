import type { CompletedCommand, CompletedOption, CompletedValue } from './completed-command.js'

/** Writes the completion for zsh. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef milepost
# Completes milepost in zsh: source <(milepost completion zsh), after compinit
_milepost() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  local command="\${words[2]}"
  shift words
  (( CURRENT -= 1 ))
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
}
compdef _milepost milepost`
}

function commandCase({ name, argument, options }: CompletedCommand): string {
  const specs = [...options.map(optionSpec), quoted(`1:argument:${actionOf(argument)}`)]
  return `    ${name}) _arguments ${specs.join(' ')} ;;`
}

function optionSpec({ name, help, value }: CompletedOption): string {
  const text = help.replaceAll(/[[\]:\\]/g, '\\$&')
  return quoted(`--${name}[${text}]${value === null ? '' : `:value:${actionOf(value)}`}`)
}

function actionOf(value: CompletedValue): string {
  if (value.type === 'file') return '_files'
  return value.type === 'words' ? `(${value.words.join(' ')})` : ' '
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
