import { createMilestoneService, migrate } from 'milepost'
import { openPglite } from 'milepost/pglite'
import { expect, test } from 'vitest'
import { catalog } from '../catalog.js'
import { plainWords } from './plain-words.js'

test.each([
  ['Finish 1 quiz where quizScore ≥ 80.', 'Finish 1 quiz with a score of 80 % or more.'],
  [
    'Finish 2 more different "quizId" of quizzes where quizScore ≥ 100.',
    'Finish 2 more different quizzes with every answer right.',
  ],
  ['Finish 9 more dailies where isRight = true.', 'Answer 9 more daily questions right.'],
  ['Finish 1 more daily where isRight = true.', 'Answer 1 more daily question right.'],
  ['Begin a streak: 3 days in a row with dailies.', 'Begin a streak: 3 days in a row with daily questions.'],
  ['Finish 1 tutorial among "objects".', 'Finish 1 tutorial among “Objects”.'],
])('%s becomes plain words', (text, words) => {
  expect(plainWords(text, { objects: 'Objects' })).toBe(words)
})

test('nothing that a learner is told to do next names a stored property', async () => {
  const database = await openPglite()
  await migrate(database.db)
  const service = createMilestoneService({ db: database.db, catalog })
  await service.record(
    ['first-types', 'objects'].map(itemKey => ({ userId: 'ann', category: 'tutorial' as const, itemKey })),
  )
  for (const userId of ['ann', 'newcomer']) {
    const next = await service.whatNext(userId, { limit: 100 })
    const told = next.map(({ text }) => plainWords(text, {}))
    expect(told.filter(text => /[≥≤=]|[a-z][A-Z]|"\w+" of/.test(text))).toEqual([])
    expect(next.some(({ text }) => text.includes('quizScore'))).toBe(true)
  }
  await database.close()
})
