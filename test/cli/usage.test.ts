import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { run } from '../../src/cli/run.js'

const packageJson = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'))

test.each(commands.map(({ name }) => name))(
  'milepost %s --help shows usage and examples, and no shared option',
  async name => {
    const { code, stdout } = await milepost([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage\n  milepost ${name}`)
    expect(stdout).toMatch(new RegExp(`^Examples\\n  milepost ${name}`, 'm'))
    expect(stdout).not.toMatch(/^ {2}--(database|json|debug)/m)
  },
)

test('milepost --help lists every command, shared options and exit codes, and --version prints the version', async () => {
  const { stdout } = await milepost(['--help'])
  expect(stdout).toMatch(/^ {2}--database <url or folder>/m)
  expect(stdout).toMatch(/^ {2}3 {2}found something/m)
  for (const { name, summary } of commands)
    expect(stdout).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'))
  expect(await milepost(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` })
})

test.each([
  [[], 'No command was given'],
  [['usr'], 'Unknown command "usr".\nDid you mean "user"?'],
  [['frobnicate'], 'Use one of: init, doctor, migrate'],
  [['--json', 'user'], 'The command comes first'],
  [['user'], '<user> is missing'],
  [['user', 'ann', 'ben'], '"ben" is one too many'],
  [['user', 'ann', '--unknown'], 'Unknown option "--unknown" of milepost user.\nSee milepost user --help.'],
  [['user', 'ann', '--catalgo', 'one.json'], 'Did you mean "--catalog"?'],
  [['keys', 'creat'], '"creat" is not a valid action of milepost keys.\nDid you mean "create"?'],
  [['completion', 'powershell'], 'Use one of: bash, zsh, fish'],
  [['user', 'ann', '--database'], "'--database <value>' argument missing"],
  [['user', 'ann', '--database', 'mysql://localhost'], 'mysql:// is not a Postgres address'],
  [['user', 'ann', '--locale', 'de'], '--locale goes with --json'],
  [['leaderboard', '--limit', 'ten'], '--limit takes a whole number'],
  [['leaderboard', '--period', 'year'], '--period takes week, month'],
  [['leaderboard', '--period', 'week', '--at', 'then'], '--at takes a day or an instant'],
  [['award', 'ann', 'first', '--reason', 'x', '--at', 'soon'], '--at takes a day or an instant'],
  [['revoke', 'ann', 'first', '--reason', 'x', '--lasting', 'maybe'], '--lasting takes yes, no'],
  [['leaderboard', '--group', 'red'], '--group needs an attribute and its value'],
  [['plan'], 'No catalog given.'],
  [['lint'], 'No catalog given.'],
  [['undo', 'ann', 'lesson', 'intro'], 'A reason is missing'],
  [['pause', 'ann', '--from', '2026-05-08', '--reason', 'Ill'], 'No period given.'],
  [['pause', 'ann', '--from', '2026-05-08', '--until', '2026-05-09'], 'A reason is missing'],
  [['pause', '--from', '2026-05-08', '--until', '2026-05-09', '--reason', 'Ill'], 'No user given.'],
  [
    ['pause', 'ann', '--all-users', '--from', '2026-05-08', '--until', '2026-05-09', '--reason', 'Ill'],
    'No user given.',
  ],
  [['pauses'], 'No user given.'],
  [['pauses', 'ann', '--all-users'], 'No user given.'],
  [['unpause', '--reason', 'Ill'], '<id> is missing'],
  [['unpause', '1'], 'A reason is missing'],
  [['apply', '--catalog', 'one.json'], 'there is no terminal'],
  [['erase', 'ann', '--reason', 'test'], 'there is no terminal'],
  [['rebuild'], 'there is no terminal'],
  [['keys', 'create', 'ops'], 'No scopes given.'],
  [['keys', 'create', '--scopes', 'read'], 'The name of the key is missing.'],
  [['keys', 'create', 'ops', '--scopes', 'read', '--expires', 'soon'], '--expires takes a day or an instant'],
  [['keys', 'delete', 'key_1'], 'there is no terminal'],
  [['init', '--framework', 'rails'], '--framework takes next'],
  [['serve', '--port', '70000'], 'is not a valid port'],
  [['serve', '--cors', '*'], '--cors takes origins'],
  [['serve', '--base-path', 'badges'], '--base-path must be a path'],
  [['serve', '--prepare', 'no'], '--prepare takes true, false'],
  [['studio', 'ftp://server.example'], 'is not a valid server address'],
  [['import', 'rows.xlsx'], 'is not in a supported format'],
] as const)('milepost %j is wrong usage', async (argv, message) => {
  const { code, stdout, stderr } = await milepost([...argv], { DATABASE_URL: process.cwd() })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test.each([
  ['catalog.toml', 'its format is unknown'],
  ['nowhere.json', 'ENOENT'],
])('a catalog in %s is refused with what to do', async (file, message) => {
  const { code, stderr } = await milepost(['lint', file, '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(stderr).error).toMatchObject({
    code: 'CATALOG_UNREADABLE',
    message: expect.stringContaining(message),
  })
})

test.each([
  [{}, false, false],
  [{}, true, true],
  [{ NO_COLOR: '1' }, true, false],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
])('with %j on a terminal or not (%s), colours come: %s', async (env, isTTY, isColored) => {
  const { stderr } = await milepost(['usr'], env, isTTY)
  expect(stderr.includes('\u001b[')).toBe(isColored)
})

async function milepost(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = {},
  isTTY = false,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdin, stdout, stderr] = [0, 1, 2].map(() => Object.assign(new PassThrough(), { isTTY }))
  const exit = (): void => {}
  const code = await run({ argv, env, stdin: stdin!, stdout: stdout!, stderr: stderr!, nowMs: () => 0, exit })
  const [out, err] = [stdout!, stderr!].map(stream => String(stream.read() ?? ''))
  return { code, stdout: out!, stderr: err! }
}
