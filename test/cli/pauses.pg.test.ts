import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { createDatabase, type PostgresDatabase } from '../support/postgres-database.js'

const streak = { type: 'streak', category: 'lesson', every: 'day', target: 4 }
const catalog = {
  currencies: ['gems'],
  milestones: [{ id: 'streak', title: 'Streak', requirement: streak, reward: { points: 10 } }],
}
const rows = ['ann', 'ben'].flatMap(userId =>
  [6, 7, 9, 10].map(day => `${userId},lesson,day-${day},2026-05-${String(day).padStart(2, '0')}T12:00:00Z`),
)

describe('pauses by the command', () => {
  let database: PostgresDatabase
  let folder: string
  beforeAll(async () => {
    database = await createDatabase(inject('postgresUrl'))
    folder = mkdtempSync(join(tmpdir(), 'milepost-pauses-'))
    const [catalogFile, rowsFile] = [join(folder, 'catalog.json'), join(folder, 'rows.csv')]
    writeFileSync(catalogFile, JSON.stringify(catalog))
    writeFileSync(rowsFile, ['user_id,category,item_key,completed_at', ...rows].join('\n'))
    for (const argv of [['migrate'], ['apply', '--catalog', catalogFile, '--yes'], ['import', rowsFile]])
      expect(await milepost(...argv)).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await database.drop()
  })

  test('are added, listed and deleted, together with the badge that depended on them', async () => {
    const entered = await milepost('pause', 'ann', ...eighth, '--reason', 'Ill', '--by', 'ops')
    expect(entered).toMatchObject({ code: 0, stderr: '' })
    const [, id] = /^(\d+): ann, 2026-05-08 to 2026-05-09: Ill\n$/.exec(entered.stdout)!
    expect(await milepost('pauses', 'ann')).toMatchObject({ code: 0, stdout: entered.stdout })
    expect(await json('pauses', 'ann')).toMatchObject([{ id, userId: 'ann', from: '2026-05-08', by: 'ops' }])
    expect(await json('user', 'ann')).toMatchObject({ completedMilestones: ['streak'] })
    expect(await milepost('unpause', id!, '--reason', 'A mistake')).toMatchObject({
      ...{ code: 0, stdout: 'Taken back.\nBadge removed: Streak (streak)\n' },
    })
    expect(await milepost('pauses', 'ann')).toMatchObject({ code: 0, stdout: 'There are no pauses.\n' })
    expect(await json('user', 'ann')).toMatchObject({ completedMilestones: [], totalPoints: 0 })
  })

  test('for all users reach every user, and are listed separately', async () => {
    const pause = await json('pause', '--all-users', ...eighth, '--reason', 'Outage')
    expect(pause).toMatchObject({ userId: null, reason: 'Outage', by: null })
    const line = `${pause.id}: all users, 2026-05-08 to 2026-05-09: Outage\n`
    expect(await milepost('pauses', '--all-users')).toMatchObject({ code: 0, stdout: line })
    expect(await json('pauses', 'ann')).toEqual([])
    for (const userId of ['ann', 'ben'])
      expect(await json('user', userId)).toMatchObject({ completedMilestones: ['streak'] })
    expect(await json('unpause', pause.id, '--reason', 'Was none')).toMatchObject({ status: 'deleted', revoked: [] })
    for (const userId of ['ann', 'ben']) expect(await json('user', userId)).toMatchObject({ completedMilestones: [] })
  })

  test('and freezes are granted once per key', async () => {
    const grant = ['grant-freeze', 'ann', '--key', 'order:1', '--reason', 'Bought']
    expect(await milepost(...grant)).toMatchObject({ code: 0, stdout: 'Granted: order:1 for ann.\n' })
    expect(await milepost(...grant)).toMatchObject({
      ...{ code: 0, stdout: 'Granted before, nothing changed: order:1 for ann.\n' },
    })
    expect(await json(...grant)).toMatchObject({ status: 'duplicate', freeze: { userId: 'ann', key: 'order:1' } })
    const { code, stderr } = await milepost('grant-freeze', 'ann', '--reason', 'Bought')
    expect([code, stderr]).toEqual([2, expect.stringContaining('Pass --key')])
  })

  test('and points are adjusted once per key', async () => {
    const fine = ['adjust-points', 'eve', '--points=-20', '--key', 'case:1', '--reason', 'Posted spam']
    expect(await milepost(...fine)).toMatchObject({ code: 0, stdout: 'Adjusted: -20 points for eve (case:1).\n' })
    expect(await json(...fine)).toMatchObject({ status: 'duplicate', adjustment: { userId: 'eve', points: -20 } })
    const { code, stderr } = await milepost('adjust-points', 'eve', '--key', 'case:2', '--reason', 'x')
    expect([code, stderr]).toEqual([2, expect.stringContaining('Pass --points')])
  })

  test('and coins are given, spent and paid back once per key', async () => {
    const gems = ['--currency', 'gems', '--key', 'order:1', '--reason', 'A hint']
    expect(await milepost('adjust-points', 'eve', '--points=7', ...gems)).toMatchObject({
      stdout: 'Adjusted: 7 gems for eve (order:1).\n',
    })
    const spend = ['spend', 'eve', '--amount', '5', ...gems]
    expect(await milepost(...spend)).toMatchObject({ code: 0, stdout: 'Spent: eve has 2 gems.\n' })
    expect(await json(...spend)).toMatchObject({ status: 'duplicate', balance: 2 })
    expect(await milepost('spend', 'eve', '--amount', '5', ...gems, '--key', 'order:2')).toMatchObject({
      ...{ code: 0, stdout: 'Not enough, nothing changed: eve has 2 gems.\n' },
    })
    const refund = ['refund', 'eve', '--key', 'order:1', '--reason', 'It was wrong']
    expect(await milepost(...refund)).toMatchObject({ code: 0, stdout: 'Paid back: eve has 7 gems.\n' })
    expect(await milepost('balance', 'eve')).toMatchObject({ code: 0, stdout: '7 gems\n' })
  })

  test('between instants are shown as instants', async () => {
    const instants = ['--from', '2026-05-08T18:00:00+02:00', '--until', '2026-05-09T02:00:00Z']
    const { stdout } = await milepost('pause', 'ben', ...instants, '--reason', 'Outage')
    expect(stdout).toContain('ben, 2026-05-08T16:00:00.000Z to 2026-05-09T02:00:00.000Z: Outage')
  })

  test('that are not there end with 1, for people and for machines', async () => {
    for (const id of ['999999', 'none'])
      expect(await milepost('unpause', id, '--reason', 'x')).toMatchObject({
        ...{ code: 1, stdout: 'There is no such pause.\n' },
      })
    const { code, stdout } = await milepost('unpause', '999999', '--reason', 'x', '--json')
    expect([code, JSON.parse(stdout)]).toEqual([1, { status: 'not-found' }])
  })

  test.each([
    [['--from', '2026-05-09', '--until', '2026-05-08'], 'until'],
    [['--from', '2026-05-09', '--until', '2026-05-10T00:00:00Z'], 'until'],
    [['--from', 'monday', '--until', '2026-05-10'], 'from'],
  ])('with %j are refused, naming what is wrong, and nothing is stored', async (wrong, field) => {
    const { code, stdout, stderr } = await milepost('pause', 'cleo', ...wrong, '--reason', 'x', '--json')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    const { error } = JSON.parse(stderr)
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining(field) })
    expect(await json('pauses', 'cleo')).toEqual([])
  })

  const eighth = ['--from', '2026-05-08', '--until', '2026-05-09']

  // biome-ignore lint/suspicious/noExplicitAny: documents of every shape
  async function json(...argv: string[]): Promise<any> {
    const { code, stdout } = await milepost(...argv, '--json')
    expect(code).toBe(0)
    return JSON.parse(stdout)
  }

  async function milepost(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const [stdin, stdout, stderr] = [0, 1, 2].map(() => Object.assign(new PassThrough(), { isTTY: false }))
    const env = { DATABASE_URL: database.url }
    const nowMs = (): number => 0
    const exit = (): void => {}
    const code = await run({ argv, env, stdin: stdin!, stdout: stdout!, stderr: stderr!, nowMs, exit })
    return { code, stdout: String(stdout!.read() ?? ''), stderr: String(stderr!.read() ?? '') }
  }
})
