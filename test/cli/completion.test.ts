import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { completionScript } from '../../src/cli/completion/script.js'

const folder = mkdtempSync(join(tmpdir(), 'milepost-completion-'))
writeFileSync(join(folder, 'catalog.yaml'), '')
afterAll(() => rmSync(folder, { recursive: true }))

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

const cases = [
  ['milepost ver', ['versions', 'verify']],
  ['milepost plan --pol', ['--policy']],
  ['milepost plan --policy re', ['recompute', 'reprice']],
  ['milepost keys cr', ['create']],
  ['milepost completion z', ['zsh']],
  ['milepost lint cat', ['catalog.yaml']],
  ['milepost plan --catalog cat', ['catalog.yaml']],
  ['milepost user --data', ['--database']],
] as const

const shells = { bash: completedByBash, zsh: completedByZsh, fish: completedByFish }
const installedShells = (['bash', 'zsh', 'fish'] as const).filter(isInstalled)

test.each(installedShells.flatMap(shell => cases.map(([line, expected]) => [shell, line, expected] as const)))(
  'in %s, %j completes to %j',
  (shell, line, expected) => {
    expect([...shells[shell](line)].sort()).toEqual([...expected].sort())
  },
)

test('every shell gets every command with its options', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const script = completionScript(shell, commands)
    for (const { name, options } of commands) {
      expect(script).toContain(name)
      for (const option of Object.keys(options)) expect(script, `${shell} ${name}`).toContain(option)
    }
  }
})

/** Lets bash do what it does when somebody presses Tab at the end of a line. */
function completedByBash(line: string): readonly string[] {
  const words = line.split(' ')
  const program = `${completionScript('bash', commands)}
COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
_milepost
printf '%s\\n' "\${COMPREPLY[@]}"`
  return linesOf(execFileSync('bash', ['--norc', '-c', program], { cwd: folder, encoding: 'utf8' }))
}

function completedByFish(line: string): readonly string[] {
  const program = `${completionScript('fish', commands)}\ncomplete -C '${line}'`
  const output = execFileSync('fish', ['--no-config', '-c', program], { cwd: folder, encoding: 'utf8' })
  return linesOf(output.replaceAll(/\t.*$/gm, ''))
}

/** Lets zsh run the script up to its own functions, which read what can follow and complete the word. */
function completedByZsh(line: string): readonly string[] {
  const words = line.split(' ')
  const program = `
compdef() { : }
_describe() { print -rl -- "\${commands[@]%%:*}" }
_arguments() { print -rl -- "$@" }
${completionScript('zsh', commands)}
words=(${words.map(word => `'${word}'`).join(' ')}) CURRENT=${words.length}
_milepost`
  const offered = linesOf(execFileSync('zsh', ['-f', '-c', program], { encoding: 'utf8' }))
  const [before, word] = words.slice(-2)
  const options = offered.map(spec => /^--[\w-]+(?=\[)/.exec(spec)?.[0] ?? '').filter(name => name !== '')
  const spec = offered.find(each => each.startsWith(word!.startsWith('-') ? '-' : `${before}[`)) ?? offered.at(-1)!
  if (spec.endsWith(':_files')) return ['catalog.yaml']
  const names = words.length === 2 ? offered : word!.startsWith('-') ? options : /:\((.*)\)$/.exec(spec)![1]!.split(' ')
  return names.filter(name => name.startsWith(word!))
}

function linesOf(output: string): readonly string[] {
  return output.split('\n').filter(line => line !== '')
}
