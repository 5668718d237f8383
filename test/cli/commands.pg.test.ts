import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { administer, createDatabase, type PostgresDatabase } from '../support/postgres-database.js'
import { writeFiles } from './catalogs.js'
import { type InstalledPackage, installPackage } from './installed-package.js'
import { type Run, runHere, runProgram } from './program.js'

let installed: InstalledPackage
let database: PostgresDatabase

beforeAll(async () => {
  installed = await installPackage()
  writeFiles(installed.folder)
  database = await createDatabase(inject('postgresUrl'))
  await administer(
    database.url,
    `create table plain (user_id text, category text, item_key text, completed_at timestamptz,
      primary key (user_id, category, item_key))`,
  )
  await administer(database.url, "insert into plain values ('ben', 'lesson', 'intro', '2026-01-04')")
})
afterAll(async () => {
  installed.remove()
  await database.drop()
})

/** Arguments, exit code, what people read, what machines do. */
type Step = readonly [line: string, code: number, text: RegExp, data: object]

/** Every command once, in order, since each stands on what those before it have left. */
const everyCommand: readonly Step[] = [
  ['migrate', 0, /^Applied 0001_/, { applied: expect.arrayContaining(['0001_completions_metrics_standings']) }],
  ['lint one.json', 0, /^No problems found\.$/m, { warnings: [] }],
  ['versions', 0, /^No catalog was applied yet\.$/m, { versions: [] }],
  ['plan --catalog one.json --check', 3, /This one becomes version 1/, { fromVersion: 0, hasChanges: true }],
  ['apply --catalog one.json --yes', 0, /^Version 1 is in effect\. 0 users/, { version: 1, status: 'applied' }],
  ['import rows.csv', 0, /^2 users counted, 2 badges awarded\.$/m, { completionCount: 3, awardedCount: 2 }],
  ['follow', 0, /^No tables are followed\.$/m, { tables: [] }],
  ['follow plain --dry-run', 0, /^CREATE TRIGGER "\w+_follow" AFTER INSERT/m, { status: 'followed', rowCount: 1 }],
  [
    'follow plain --deletes --yes',
    0,
    /^public\.plain is followed now\.\n1 row read: 0 completions imported, 1 duplicate/m,
    { status: 'followed' },
  ],
  ['follow --list', 0, /^public\.plain +followed +yes/m, { tables: [{ table: 'public.plain', refused: [] }] }],
  ['unfollow plain', 0, /^plain is not followed any more\./m, { status: 'unfollowed' }],
  ['verify', 0, /^No differences found\.$/m, { differences: [] }],
  ['user ann', 0, /^ann · 10 points · level 1/, { userId: 'ann', totalPoints: 10 }],
  ['leaderboard --group team:red', 0, /No user has points here/, { entries: [] }],
  ['leaderboard --users bob,ann', 0, /^ +1 {2}ann +10/m, { entries: [{ userId: 'ann' }] }],
  ['leaderboard --limit 1', 0, /^ +1 {2}ann +10/m, { entries: [{ userId: 'ann', points: 10 }] }],
  [
    'leaderboard --board weekly --at 2026-01-02',
    0,
    /^Most points, starting again every Monday \(UTC\)\.\nFrom 2025-12-29 00:00.*\n.*\n +1 {2}ann +10 +10/m,
    { entries: [{ userId: 'ann', value: 10 }, { userId: 'ben' }] },
  ],
  [
    'boards',
    0,
    /^This week \(weekly\)\n {2}Most points, starting again every Monday \(UTC\)$/m,
    { boards: [{ id: 'weekly', title: 'This week', text: 'Most points, starting again every Monday (UTC)' }] },
  ],
  ['boards --locale fr', 0, /Le plus de points, remis à zéro chaque lundi/, { boards: [{ id: 'weekly' }] }],
  ['explain ben first', 0, /^First lesson \(first\): earned on Jan 4, 2026\./, { isEarned: true }],
  ['undo ben lesson intro --reason test', 0, /^Badge removed: First lesson \(first\)$/m, { status: 'undone' }],
  ['leaderboard --period month --at 2026-01-15', 0, /^ +1 {2}ann +10/m, { entries: [{ userId: 'ann', points: 10 }] }],
  [
    'award ben first --at 2026-01-05 --reason test',
    0,
    /^First lesson is awarded\.$/m,
    { badge: { earnedAt: '2026-01-05T00:00:00.000Z' } },
  ],
  ['revoke ben first --lasting no --reason test', 0, /^Revoked: First lesson \(first\)$/m, { status: 'revoked' }],
  ['rebuild --yes', 0, /^2 users recalculated, 0 badges/, { userCount: 2 }],
  ['export ann', 0, /"format": "milepost-user"/, { userId: 'ann' }],
  ['erase ben --reason test --yes', 0, /^\d+ rows deleted\.$/m, { status: 'erased' }],
  [
    'keys create ops --scopes read,record --reason test',
    0,
    /^ops \(key_\S+: record, read\):\nmp_live_/,
    { key: { name: 'ops' } },
  ],
  ['keys', 0, /^key_\S+ +ops +record, read /m, { keys: [{ name: 'ops' }] }],
  ['keys rotate key_none', 1, /^There is no key key_none\./, { status: 'not-found' }],
]

const forPeople: readonly Step[] = [
  ...everyCommand,
  ['lint --catalog far.json', 3, /unreachable milestones\[1\]/, {}],
  ['import rows.csv --dry-run', 3, /^3 rows read: 0 completions would be imported, 2 duplicates, 1 refused/, {}],
  [
    'import otherwise.csv',
    0,
    /2 duplicates, 0 refused\.[\s\S]*^1 duplicate has another time or other metadata than the row that came first \(row 3\)\./m,
    {},
  ],
  ['plan --catalog two.mjs', 0, /gain badge two +1 {2}ann/, {}],
  ['apply --catalog two.mjs --yes --by eve', 0, /^Version 2 is in effect\. 1 user recalculated, 1 badge awarded/, {}],
  [
    'apply --to 1 --policy recompute --yes',
    0,
    /^Version 3 is in effect\. 1 user recalculated, 0 badges awarded, 1 revoked/,
    {},
  ],
  ['plan --to 1 --check', 0, /nothing would change/, {}],
  ['versions', 0, /^ +2 .* eve$/m, {}],
  ['undo ann lesson none --reason test', 1, /^There is no such completion\.$/m, {}],
  ['import badges.ndjson', 3, /^2 rows read: 0 completions imported, 0 duplicates, 2 refused/, {}],
  [
    'import badges.ndjson --badges',
    0,
    /0 completions and 2 badges imported[\s\S]*^1 badge id is not in the catalog: old\.$/m,
    {},
  ],
  ['user dan', 0, /^dan · 10 points/, {}],
  ['revoke ann two --reason test', 1, /^This badge is not held\.$/m, {}],
]

const forMachines: readonly Step[] = [
  ['user ann --catalog one.json', 1, /^$/, {}],
  ...everyCommand,
  ['import refused.ndjson', 3, /itemKey/, { refused: { count: 1 } }],
  ['explain ann none', 1, /^$/, {}],
]

test.each(forPeople)('for people: milepost %s ends with %i', async (line, code, text) => {
  const run = await milepost(line, 'people')
  expect(run).toMatchObject({ code, stdout: expect.stringMatching(text) })
})

test.each(forMachines)('for machines: milepost %s ends with %i', async (line, code, _, data) => {
  const run = await milepost(`${line} --json`, 'machines')
  expect(run).toMatchObject({ code })
  expectDocument(run, data)
})

// One of each exit code and of each way in. What the others do is the same code, which would take a second to start.
const inOwnProcess = [/^migrate/, /^apply .* --yes$/, /^import rows\.csv/, /^lint --catalog far/, /^user ann --catalog/]

function milepost(line: string, schema: string): Promise<Run> {
  const run = inOwnProcess.some(pattern => pattern.test(line)) ? runProgram : runHere
  return run(installed, [...line.split(' '), '--schema', schema], { DATABASE_URL: database.url })
}

// What fails says nothing on stdout, and on stderr one document.
function expectDocument({ stdout, stderr }: Run, data: object): void {
  if (stdout !== '') {
    expect(JSON.parse(stdout)).toMatchObject(data)
    expect(stderr).toBe('')
  } else {
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: expect.stringMatching(/^[A-Z_]+$/) } })
  }
}
