import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { createDatabase, type PostgresDatabase } from '../support/postgres-database.js'

const requirement = { type: 'count', category: 'lesson', items: { list: 'course:ts' } }
const catalog = { milestones: [{ id: 'course', title: 'Course', requirement }] }

describe('lists of items by the command', () => {
  let database: PostgresDatabase
  let folder: string
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  beforeAll(async () => {
    database = await createDatabase(inject('postgresUrl'))
    folder = mkdtempSync(join(tmpdir(), 'milepost-items-'))
    const rows = file('rows.csv', 'user_id,category,item_key,completed_at\nann,lesson,intro,2026-05-06T12:00:00Z\n')
    const catalogFile = file('catalog.json', JSON.stringify(catalog))
    for (const argv of [['migrate'], ['apply', '--catalog', catalogFile, '--yes'], ['import', rows]])
      expect(await milepost(...argv)).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await database.drop()
  })

  test('are planned, set, shown and listed', async () => {
    expect((await milepost('items')).stdout).toContain('There are no lists.')
    const [one, two] = [file('one.txt', 'intro\n'), file('two.json', '["types", "intro"]')]
    const planned = await milepost('items', 'set', 'course:ts', one, '--dry-run')
    expect(planned.stdout).toMatch(/~ milestone course: changed items[\s\S]*gain badge course +1 +ann/)
    const empty = await milepost('items', 'set', 'course:ts', file('none.txt', ''), '--dry-run')
    expect(empty.stdout).toContain('Warning: Nobody can reach "course" through the list "course:ts"')
    const set = await milepost('items', 'set', 'course:ts', two, '--yes', '--by', 'ops', '--reason', 'Published')
    expect(set.stdout).toBe('Version 2 is in effect. 1 user recalculated, 0 badges awarded, 0 revoked.\n')
    expect((await milepost('items', 'set', 'course:ts', two, '--yes')).stdout).toBe('Version 2 is already in effect.\n')
    expect((await milepost('items', 'show', 'course:ts')).stdout).toBe('intro\ntypes\n')
    expect((await milepost('items')).stdout).toMatch(/course:ts +2 +2 +.* ops/)
    expect((await milepost('versions')).stdout).toMatch(/2 .* course:ts +ops +Published/)
  })

  test.each([
    [['show'], 'No list given.'],
    [['set', 'course:ts'], 'No file given.'],
    [['set', 'course:ts', 'missing.json', '--yes'], 'missing.json cannot be read'],
  ])('%j is refused', async (argv, message) => {
    const { code, stderr } = await milepost('items', ...argv)
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining(message)])
  })

  async function milepost(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const [stdin, stdout, stderr] = [0, 1, 2].map(() => Object.assign(new PassThrough(), { isTTY: false }))
    const env = { DATABASE_URL: database.url }
    const nowMs = (): number => 0
    const exit = (): void => {}
    const code = await run({ argv, env, stdin: stdin!, stdout: stdout!, stderr: stderr!, nowMs, exit })
    return { code, stdout: String(stdout!.read() ?? ''), stderr: String(stderr!.read() ?? '') }
  }
})
