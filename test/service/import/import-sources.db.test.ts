import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { sql } from 'drizzle-orm'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ImportMapping, ImportOptions, ImportProgress, ImportSource } from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const catalog = {
  points: [{ category: 'lesson', points: 2 }],
  milestones: [1, 3].map(target => ({
    id: `l${target}`,
    title: `${target} lessons`,
    requirement: { type: 'count', category: 'lesson', target },
    reward: { points: 10 * target },
  })),
}
const mapping: ImportMapping = {
  userId: 'user',
  category: 'kind',
  itemKey: 'item',
  completedAt: 'at',
  metadata: 'data',
}
const lesson = (user: string, item: string, day: number) => {
  return { user, kind: 'lesson', item, at: new Date(Date.UTC(2024, 0, day)), data: { n: day } }
}
describeOnEach(everyDatabase, 'an import', database => {
  const newService = () => clockedService(database.host.db, catalog)
  const importing = (source: ImportSource, options?: ImportOptions, how: ImportMapping = mapping) =>
    newService().importCompletions(source, how, { badges: true, ...options })

  describe('from a table of the host', () => {
    const columns: ImportMapping = {
      userId: 'user_id',
      category: 'category',
      itemKey: 'item_key',
      completedAt: 'completed_at',
      metadata: 'metadata',
    }
    const handMade = async (id: string, primaryKey: string): Promise<void> => {
      onTestFinished(async () => void (await database.rows(sql`DROP TABLE IF EXISTS public.old_progress CASCADE`)))
      await database.rows(sql`CREATE TABLE public.old_progress (id ${sql.raw(id)}, user_id text, category text,
        item_key text, metadata jsonb, completed_at timestamp, owner bigint ${sql.raw(primaryKey)})`)
      await database.rows(sql`INSERT INTO public.old_progress (user_id, category, item_key, metadata, completed_at, owner)
        SELECT 'user ' || n % 3, 'lesson', 'item ' || n / 6, jsonb_build_object('n', n), timestamp '2024-01-01 10:00' + n * interval '1 hour',
          9007199254740993 + n FROM generate_series(0, 29) AS n`)
      await database.rows(sql`INSERT INTO public.old_progress (user_id, category, item_key, metadata, completed_at)
        VALUES ('user 0', 'milestone_badge', 'l1', '{"badge": "Old one", "points": 5}', '2024-02-01')`)
    }

    test('reads it by its primary key, in pages, including duplicates', async () => {
      await handMade('serial', ', PRIMARY KEY (id)')
      const report = await importing({ table: 'public.old_progress' }, { batchSize: 4 }, columns)
      expect(report).toMatchObject({
        rowCount: 31,
        completionCount: 15,
        badgeCount: 1,
        duplicates: { inSourceCount: 15 },
        refused: { count: 0 },
        userCount: 3,
        awardedCount: 5,
        resumeAfter: '["31"]',
      })
      expect(report.duplicates.first[0]).toMatchObject({ row: 4, key: '4', userId: 'user 0', itemKey: 'item 0' })
      expect((await newService().exportUser('user 1')).completions[0]).toMatchObject({
        completedAt: '2024-01-01T11:00:00.000Z',
        metadata: { n: 1 },
      })
      expect((await newService().getUserBadges('user 0'))[1]).toMatchObject({ id: 'l1', name: 'Old one', points: 5 })
      expect(await newService().verify()).toEqual([])
    })

    test('continues after a key', async () => {
      await handMade('uuid DEFAULT gen_random_uuid()', ', PRIMARY KEY (id)')
      const cursors: string[] = []
      const stop = ({ resumeAfter }: ImportProgress) => {
        cursors.push(resumeAfter!)
        throw new Error('stopped here')
      }
      const source = { table: 'old_progress' }
      await expect(importing(source, { batchSize: 10, onProgress: stop }, columns)).rejects.toThrow('stopped here')
      expect(await importing(source, { resumeAfter: cursors[0] }, columns)).toMatchObject({ rowCount: 21 })
      const stored = await database.db.select().from(userProgress)
      expect(stored.filter(({ category }) => category === 'lesson')).toHaveLength(15)
    })

    test('is read in the order of the columns named, for one without a primary key', async () => {
      await handMade('serial', '')
      const source = { table: 'public.old_progress' }
      const needsKey = { code: 'INPUT_INVALID', details: { field: 'key' } }
      await expect(importing(source, {}, columns)).rejects.toMatchObject(needsKey)
      await expect(importing({ ...source, key: ['nothing'] }, {}, columns)).rejects.toMatchObject(needsKey)
      const keyed = { ...source, key: ['user_id', 'completed_at', 'id'] }
      expect(await importing(keyed, { batchSize: 4 }, columns)).toMatchObject({ rowCount: 31, completionCount: 15 })
    })

    test('keeps the digits of whole numbers that JavaScript would round', async () => {
      await handMade('serial', ', PRIMARY KEY (id)')
      await importing({ table: 'old_progress' }, {}, { ...columns, userId: 'owner', category: { value: 'lesson' } })
      const users = [...new Set((await database.db.select().from(userProgress)).map(({ userId }) => userId))]
      expect(users.filter(userId => userId.startsWith('900719925474')).sort()).toEqual(
        Array.from({ length: 30 }, (_, n) => String(9007199254740993n + BigInt(n))),
      )
    })
  })

  describe('from a file', () => {
    const fileWith = async (content: string | Uint8Array): Promise<string> => {
      const folder = await mkdtemp(join(tmpdir(), 'milepost-import-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const path = join(folder, 'rows')
      await writeFile(path, content)
      return path
    }
    const header = 'user,kind,item,at,data'
    const csv = [
      `\ufeff${header}`,
      'ann,lesson,"commas, and ""quotes""",2024-01-01T10:00:00Z,"{""n"": 1}"',
      'ann,lesson,"two',
      'lines",2024-01-02 10:00:00+02,',
      '',
      'ann,lesson,too few',
      'ann,le"sson,c,2024-01-03,',
      'ann,lesson,d,2024-01-04,{',
      'ann,lesson,e,2024-01-05,',
    ].join('\r\n')

    test('reads CSV with quotes, and reports refused lines', async () => {
      const report = await importing({ csv: await fileWith(csv) })
      expect(report).toMatchObject({ rowCount: 6, completionCount: 3, awardedCount: 2, resumeAfter: '6' })
      expect(report.refused.first.map(({ row, problem }) => [row, problem])).toEqual([
        [6, 'has 3 fields, and the first line 5'],
        [7, 'has a quote inside a field that begins without one'],
        [8, 'is not JSON: "{"'],
      ])
      expect((await newService().exportUser('ann')).completions).toMatchObject([
        { itemKey: 'commas, and "quotes"', completedAt: '2024-01-01T10:00:00.000Z', metadata: { n: 1 } },
        { itemKey: 'two\r\nlines', completedAt: '2024-01-02T08:00:00.000Z', metadata: {} },
        { itemKey: 'e' },
      ])
    })

    test('reads CSV as it streams, with another delimiter, cut anywhere', async () => {
      const bytes = new TextEncoder().encode(`${header}\nänn,lesson,é😀,2024-01-01,\n`.replaceAll(',', ';'))
      async function* pieces() {
        for (const byte of bytes) yield new Uint8Array([byte])
      }
      expect(await importing({ csv: pieces(), delimiter: ';' })).toMatchObject({ completionCount: 1 })
      expect((await newService().exportUser('änn')).completions).toMatchObject([{ itemKey: 'é😀' }])
    })

    test('reads NDJSON, and reports refused lines', async () => {
      const lines = [
        JSON.stringify(lesson('ann', 'a', 1)),
        '',
        '{"user":',
        '[1]',
        JSON.stringify(lesson('ann', 'b', 2)),
      ]
      const report = await importing({ ndjson: await fileWith(`${lines.join('\n')}\n`) })
      expect(report).toMatchObject({ rowCount: 4, completionCount: 2 })
      expect(report.refused.first).toEqual([
        { row: 3, field: 'row', problem: 'is not JSON' },
        { row: 4, field: 'row', problem: 'is an array; pass an object' },
      ])
    })

    test('refuses a line that is too long, and reads on', async () => {
      const long = ['x'.repeat(700_000), 'x'.repeat(700_000), '\n']
      const rows = [`${header}\n`, ...long, 'ann,lesson,a,2024-01-01,\n']
      const report = await importing({ csv: Readable.from(rows) })
      expect(report).toMatchObject({ completionCount: 1, refused: { count: 1 } })
      expect(report.refused.first).toMatchObject([{ row: 2, problem: expect.stringContaining('is over 1000000') }])
      const line = (item: string) => `${JSON.stringify({ user: 'bo', kind: 'lesson', item, at: '2024-01-01' })}\n`
      const lines = await importing({
        ndjson: Readable.from([line('a'), ...long, line('x'.repeat(1_000_000)), line('b')]),
      })
      expect(lines).toMatchObject({ completionCount: 2, refused: { count: 2 } })
      expect(lines.refused.first.map(({ problem }) => problem)).toEqual(Array(2).fill('is over 1000000 characters'))
    })

    test('continues in a file after a number of rows', async () => {
      const file = await fileWith([header, ...[1, 2, 3].map(i => `ann,lesson,${i},2024-01-0${i},`)].join('\n'))
      const report = await importing({ csv: file }, { resumeAfter: '2' })
      expect(report).toMatchObject({ rowCount: 1, completionCount: 1, resumeAfter: '3' })
      expect((await newService().exportUser('ann')).completions).toMatchObject([{ itemKey: '3' }])
    })

    test('stops at what is not UTF-8, since two ids would become one', async () => {
      const latin = await fileWith(Buffer.from(`${header}\nj\u00f6rg,lesson,a,2024-01-01,\n`, 'latin1'))
      await expect(importing({ csv: latin })).rejects.toMatchObject({ details: { field: 'csv' } })
      const cut = [Buffer.from(`${header}\nj\u00f6`, 'latin1'), Buffer.from('rg,lesson,a,2024-01-01,\n')]
      await expect(importing({ csv: Readable.from(cut) })).rejects.toMatchObject({ details: { field: 'csv' } })
    })

    test('stops at a file that is not there, and at one without names', async () => {
      await expect(importing({ csv: '/no/such/file' })).rejects.toMatchObject({ code: 'ENOENT' })
      await expect(importing({ csv: await fileWith('a,a\n1,2\n') })).rejects.toMatchObject({
        details: { field: 'csv' },
      })
    })
  })
})
