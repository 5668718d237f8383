import { createMilestoneService, lintCatalog, migrate } from 'milepost'
import { openPglite } from 'milepost/pglite'
import { given } from 'milepost/testing'
import { describe, expect, test } from 'vitest'
import { catalog } from './catalog.js'
import { courses, stepKey, workflows } from './content/courses.js'

const learner = given(catalog).user({ timeZone: 'Europe/Berlin', startsAt: '2026-11-24T18:00:00Z' })
const firstPage = learner.completes('tutorial_step', 'first-types/why-types')
const oneCourse = learner
  .completes('tutorial_step', { times: 4 })
  .completes('quiz', 'a', { quizId: 'first-types', quizScore: 80, attempt: 1 })
  .completes('tutorial', 'first-types')

describe('the catalog', () => {
  test('names only courses and workflows that there are', () => {
    const named = JSON.stringify(catalog.definition).match(/"(?:tutorialIds|workflowIds)":\[[^\]]*\]/g)!
    const ids = named.flatMap(list => [...list.matchAll(/"([a-z-]+)"/g)].map(match => match[1]!))
    const known = [...courses, ...workflows].map(({ id }) => id)
    expect(ids.filter(id => !known.includes(id))).toEqual([])
  })

  test('asks for no more pages than there are', () => {
    const pages = courses.flatMap(({ id, steps }) => steps.map(step => stepKey(id, step.id)))
    learner.completes('tutorial_step', { times: pages.length }).then.holds('bookworm#gold')
  })

  test('has nothing in it that its author would hardly mean', () => {
    expect(lintCatalog(catalog)).toEqual([])
  })
})

test('gives a first badge for the first page', () => {
  firstPage.then.holds('first-step').hasPoints(7).hasLevel(1)
})

test('opens the cheat sheet and level 2 with the first course', () => {
  oneCourse.then.holds('first-course').holds('first-quiz').hasPoints(38).hasLevel(2).hasUnlocked('cheat-sheet')
})

test('opens the harder course after two courses, for those who scored 80 %', () => {
  const second = oneCourse.completes('tutorial', 'objects')
  second.then.holds('ready-for-more').hasUnlocked('type-level-course').lacks('summit')
  expect(oneCourse.then.unlocks).toEqual(['cheat-sheet'])
})

test('does not give the summit to whom the harder course is closed', () => {
  learner.completes('tutorial', 'type-level').then.lacks('summit').isAt('summit', { isLocked: true })
})

test('takes a quiz for perfect with all answers right alone', () => {
  const scored = (quizScore: number) => learner.completes('quiz', 'a', { quizId: 'objects', quizScore, attempt: 1 })
  scored(99).then.lacks('full-marks')
  scored(100).then.holds('full-marks')
})

test('counts full marks once for each quiz', () => {
  const perfect = (quizId: string) => ({ quizId, quizScore: 100, attempt: 1 })
  const twice = learner
    .completes('quiz', '1', perfect('objects'))
    .completes('quiz', '2', perfect('objects'))
    .completes('quiz', '3', perfect('generics'))
  twice.then.lacks('sharp').isAt('sharp', { current: 2, target: 3 })
  twice.completes('quiz', '4', perfect('narrowing')).then.holds('sharp')
})

test('counts days in a row by the clock of the learner', () => {
  learner.completes('daily', { times: 7, every: 'P1D' }).then.holds('daily-habit#three-days').holds('daily-habit#week')
  learner.completes('daily', { times: 7, every: 'P2D' }).then.lacks('daily-habit#three-days')
})

test('shows nothing of the night owl before it is earned, and a placeholder for the lucky one', () => {
  const { progress } = firstPage.then
  expect(progress.filter(({ id }) => id === 'night-owl')).toEqual([])
  expect(progress.filter(({ isHidden }) => isHidden)).toHaveLength(1)
  learner.completes('tutorial_step', 'a', { hour: 3 }).then.holds('night-owl')
})

test('counts pages for the winter reader in that winter alone', () => {
  const read = (startsAt: string) => given(catalog).user({ startsAt }).completes('tutorial_step', { times: 10 })
  read('2026-12-24T12:00:00Z').then.holds('winter-reader')
  read('2027-03-02T12:00:00Z').then.lacks('winter-reader')
})

test('makes a graduate of who holds the four big ones', () => {
  const all = courses.reduce((user, { id }) => user.completes('tutorial', id), oneCourse as typeof firstPage)
  all
    .completes('workflow', 'strict-project')
    .completes('quiz', 'b', { quizId: 'objects', quizScore: 100, attempt: 1 })
    .then.holds('graduate')
    .holds('three-hundred')
})

test('tells learners what to do next in the words of the academy', async () => {
  const database = await openPglite()
  await migrate(database.db)
  const now = new Date('2026-11-29T12:00:00Z')
  const service = createMilestoneService({ db: database.db, catalog, now: () => now })
  await service.record(['a', 'b'].map(itemKey => ({ userId: 'ann', category: 'tutorial_step' as const, itemKey })))
  await service.record({ userId: 'ann', category: 'daily', itemKey: '2026-11-29' })
  const next = new Map((await service.whatNext('ann', { limit: 100 })).map(({ id, text }) => [id, text]))
  expect(next.get('bookworm#bronze')).toBe('Read 3 more pages.')
  expect(next.get('daily-habit#three-days')).toMatch(
    /^Keep your streak: 2 more daily questions in a row, one a day\. Continue by the end of tomorrow\.$/,
  )
  expect(next.get('sharp')).toBe('Pass 3 quizzes, without repeats (100 % or more).')
  expect(next.get('groundwork')).toBe('Finish “Your first types” and “The shape of things”.')
  const codes = /quizScore|quizId|isRight|tutorial|dail(y|ies)\b(?! question)|[{}=≥"]/
  expect([...next.values()].filter(text => codes.test(text))).toEqual([])
  await database.close()
})
