import { expect, test } from 'vitest'
import type { CompletionInput } from '../../../src/index.js'
import { clockedService } from '../../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const catalog = {
  milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'quiz', target: 1 } }],
}
const at = new Date('2026-05-01T08:00:00Z')
const otherAt = new Date('2026-05-02T08:00:00Z')
const metadata = { score: 1, more: { a: [1, 2], b: null } }
const quiz = (more: Partial<CompletionInput> = {}): CompletionInput => {
  return { userId: 'ann', category: 'quiz', itemKey: 'q1', ...more }
}
const mapping = { userId: 'u', category: { value: 'quiz' }, itemKey: 'i', completedAt: 'at', metadata: 'data' }

describeOnEach(everyDatabase, 'a repeat', database => {
  const recorded = async (first: Partial<CompletionInput> = { completedAt: at, metadata }) => {
    const service = clockedService(database.host.db, catalog)
    expect(await service.record(quiz(first))).not.toHaveProperty('differs')
    return service
  }

  test.each<[string, Partial<CompletionInput>, readonly string[] | undefined]>([
    ['another time', { completedAt: otherAt, metadata }, ['completedAt']],
    ['other metadata', { completedAt: at, metadata: { score: 2 } }, ['metadata']],
    ['no metadata at all', { completedAt: at, metadata: {} }, ['metadata']],
    ['both otherwise', { completedAt: otherAt, metadata: { score: 2 } }, ['completedAt', 'metadata']],
    ['the same', { completedAt: at, metadata }, undefined],
    ['the same with keys in another order', { metadata: { more: { b: null, a: [1, 2] }, score: 1.0 } }, undefined],
    ['the same list in another order', { metadata: { ...metadata, more: { a: [2, 1], b: null } } }, ['metadata']],
    ['neither time nor metadata', {}, undefined],
  ])('that says %s reports what differs', async (_, repeat, differs) => {
    const service = await recorded()
    const expected = { status: 'duplicate', completion: { completedAt: at, metadata } }
    const one = await service.record(quiz(repeat))
    expect(one).toMatchObject(expected)
    expect(one.differs).toEqual(differs)
    const many = Array.from({ length: 120 }, (_, i) => quiz({ itemKey: `other ${i}` }))
    for (const batch of [[quiz(repeat)], [...many, quiz(repeat)]]) {
      const last = (await service.record(batch)).at(-1)!
      expect(last).toMatchObject(expected)
      expect(last.differs).toEqual(differs)
    }
    expect((await service.exportUser('ann')).completions.find(({ itemKey }) => itemKey === 'q1')).toMatchObject({
      metadata,
    })
  })

  test('in one batch is held against the one before it', async () => {
    const service = clockedService(database.host.db, catalog)
    const results = await service.record([quiz({ metadata }), quiz({ metadata: {} }), quiz({ metadata })])
    expect(results.map(({ status, differs }) => [status, differs])).toEqual([
      ['recorded', undefined],
      ['duplicate', ['metadata']],
      ['duplicate', undefined],
    ])
  })

  test('of a time that lay ahead, which was stored as now, does not differ', async () => {
    const ahead = new Date('2026-06-01T12:03:00Z')
    const service = await recorded({ completedAt: ahead })
    service.setClock('2026-06-01T12:01:00Z')
    expect(await service.record(quiz({ completedAt: ahead }))).not.toHaveProperty('differs')
    service.setClock('2026-06-01T13:00:00Z')
    expect(await service.record(quiz({ completedAt: ahead }))).not.toHaveProperty('differs')
    expect(await service.record(quiz({ completedAt: otherAt }))).toMatchObject({ differs: ['completedAt'] })
    const later = new Date('2026-06-01T12:30:00Z')
    expect(await service.record(quiz({ completedAt: later }))).toMatchObject({ differs: ['completedAt'] })
  })

  test('in an import is listed with what differs, also in a dry run', async () => {
    const service = await recorded()
    const rows = [
      { u: 'ann', i: 'q1', at, data: { score: 3 } },
      { u: 'bo', i: 'x', at, data: { n: 1 } },
      { u: 'bo', i: 'x', at: otherAt, data: { n: 1 } },
      { u: 'ann', i: 'q2', at },
      { u: 'ann', i: 'q2', at },
    ]
    for (const dryRun of [true, false]) {
      const { duplicates } = await service.importCompletions(rows, mapping, { dryRun })
      expect(duplicates).toMatchObject({ inSourceCount: 2, storedCount: 1, differingCount: 2 })
      expect(duplicates.first.map(({ row, differs }) => [row, differs])).toEqual([
        [3, ['completedAt']],
        [5, undefined],
        [1, ['metadata']],
      ])
    }
  })

  test('in an import is counted if it differs, beyond the listed ones', async () => {
    const service = clockedService(database.host.db, catalog)
    const rows = Array.from({ length: 60 }, (_, i) => ({ u: 'ann', i: `q${i}`, at, data: { n: 1 } }))
    await service.importCompletions(rows, mapping)
    const again = rows.map((row, i) => ({ ...row, data: { n: i < 50 ? 1 : 2 } }))
    for (const dryRun of [true, false]) {
      const { duplicates } = await service.importCompletions(again, mapping, { dryRun, batchSize: 7 })
      expect(duplicates).toMatchObject({ storedCount: 60, differingCount: 10 })
      expect(duplicates.first).toHaveLength(20)
    }
  })
})
