import { drizzle } from 'drizzle-orm/pglite'
import { createMilestoneService, migrate } from 'milepost'
import { type EmbeddedDatabase, openPglite } from 'milepost/pglite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { catalog } from '../catalog.js'
import { courses } from '../content/courses.js'
import type { Academy } from './academy.js'
import { type App, createApp } from './app.js'
import { addSimulated, createLearnerTables } from './learners.js'

const secret = 'a secret of the tests that is long enough'
let database: EmbeddedDatabase
let academy: Academy
let app: App
let nameCount = 0
let now = new Date()

beforeAll(async () => {
  database = await openPglite()
  const db = drizzle({ client: database.db })
  await migrate(db)
  await createLearnerTables(db)
  const clock = () => now
  academy = { db, service: createMilestoneService({ db, catalog, now: clock }), now: clock }
  await addSimulated(db, [{ userId: 'simulated-001', name: 'Ada L.' }])
  const simulation = () => ({ doneCount: 0, learnerCount: 0 })
  app = createApp({ academy, secret, simulation, pages: async () => new Response('page') })
})
afterAll(async () => {
  await app.close()
  await academy.service.close()
  await database.close()
})
beforeEach(() => {
  now = new Date('2026-11-24T12:00:00Z')
})

test('a name is all it takes, and the same name is the same learner', async () => {
  const first = await signIn('Grace  Hopper')
  const again = await signIn('grace hopper')
  expect(again.userId).toBe(first.userId)
})

test('nobody signs in as a simulated learner, without a name, or with one of 81 characters', async () => {
  const enter = (name: string) => ask('POST', '/api/session', { body: { name } })
  expect((await enter('Ada L.')).status).toBe(409)
  expect((await enter('  ')).status).toBe(400)
  expect((await enter('a'.repeat(81))).status).toBe(400)
  expect((await enter('a'.repeat(80))).status).toBe(200)
})

test('a name is refused that nobody can see, and a simulated one in other letters', async () => {
  const enter = (name: string) => ask('POST', '/api/session', { body: { name } })
  expect((await enter('\u200d\u200e')).status).toBe(400)
  expect((await enter('ADA L.')).status).toBe(409)
})

test('Studio beside it reads whether all is well', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const response = await ask('GET', path)
    expect([path, response.headers.get('content-type')]).toEqual([path, expect.stringContaining('application/json')])
  }
})

test('a cookie that says another learner is nobody’s', async () => {
  const ann = await signIn()
  const ben = await signIn()
  const forged = ann.cookie.replace(ann.userId, ben.userId)
  expect(await (await ask('GET', '/api/me', { cookie: forged })).json()).toMatchObject({ learner: null })
})

describe('a browser', () => {
  test('cannot record anything with the token that it gets', async () => {
    const { token, userId } = await signIn()
    const completion = { userId, category: 'tutorial', itemKey: 'first-types' }
    expect((await ask('POST', '/v1/completions', { token, body: completion })).status).toBe(403)
  })

  test('cannot award itself a badge, nor take one', async () => {
    const { token, userId } = await signIn()
    const body = { badgeId: 'graduate', reason: 'I would like it' }
    expect((await ask('POST', `/v1/users/${userId}/award`, { token, body })).status).toBe(403)
    expect((await ask('POST', `/v1/users/${userId}/revoke`, { token, body })).status).toBe(403)
  })

  test('reads its own badges and no other’s', async () => {
    const ann = await signIn()
    const ben = await signIn()
    const read = (userId: string) => ask('GET', `/v1/users/${userId}/badges`, { token: ann.token })
    expect((await read(ann.userId)).status).toBe(200)
    expect((await read(ben.userId)).status).toBe(404)
  })

  test('records nothing for another by naming one', async () => {
    const ann = await signIn()
    const ben = await signIn()
    const body = { userId: ben.userId }
    await ask('POST', '/api/courses/first-types/steps/why-types', { cookie: ann.cookie, body })
    expect(await badgesOf(ben.userId)).toEqual([])
    expect(await badgesOf(ann.userId)).toEqual(['first-step'])
  })

  test('of another origin that sends a form is refused', async () => {
    const { cookie } = await signIn()
    const request = new Request('http://academy.test/api/daily', {
      method: 'POST',
      headers: { cookie },
      body: 'option=1',
    })
    expect((await app.fetch(request)).status).toBe(415)
  })

  test('that is not signed in finishes nothing', async () => {
    expect((await ask('POST', '/api/courses/first-types/steps/why-types', { body: {} })).status).toBe(401)
    expect((await ask('POST', '/api/courses/first-types/quiz', { body: {} })).status).toBe(401)
    expect((await ask('GET', '/api/token')).status).toBe(401)
  })
})

describe('a course', () => {
  test('is read in order', async () => {
    const { cookie } = await signIn()
    const answer = await ask('POST', '/api/courses/first-types/steps/annotations', { cookie, body: {} })
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'STEP_TOO_EARLY' }])
  })

  test('does not hand out the answers of its quiz', async () => {
    const text = await (await ask('GET', '/api/courses/first-types')).text()
    expect(text).toContain('What is left of the types')
    expect(text).not.toContain('"answer"')
    expect(text).not.toContain(courses[0]!.quiz[0]!.why)
  })

  test('opens its quiz to those who read it', async () => {
    const { cookie } = await signIn()
    expect((await quiz(cookie, 'first-types', 5)).status).toBe(409)
  })

  test('is finished with its quiz, scored by the server', async () => {
    const { cookie, userId } = await signIn()
    await read(cookie, 'first-types')
    expect(await (await quiz(cookie, 'first-types', 2)).json()).toMatchObject({ score: 40, isFinished: false })
    expect(await badgesOf(userId)).not.toContain('first-course')
    expect(await (await quiz(cookie, 'first-types', 4)).json()).toMatchObject({ score: 80, isFinished: true })
    expect(await badgesOf(userId)).toContain('first-course')
  })

  test('counts an attempt that is sent twice once', async () => {
    const { cookie, userId } = await signIn()
    await read(cookie, 'first-types')
    await quiz(cookie, 'first-types', 1, 'attempt-1')
    await quiz(cookie, 'first-types', 1, 'attempt-1')
    await quiz(cookie, 'first-types', 3, 'attempt-2')
    expect(await badgesOf(userId)).not.toContain('third-time-lucky')
  })

  test('holds an attempt to the answers that it was first sent with', async () => {
    const { cookie, userId } = await signIn()
    await read(cookie, 'first-types')
    const first = await (await quiz(cookie, 'first-types', 2, 'attempt-1')).json()
    expect(await (await quiz(cookie, 'first-types', 5, 'attempt-1')).json()).toEqual(first)
    expect(first).toMatchObject({ score: 40, isFinished: false })
    expect(await badgesOf(userId)).not.toContain('first-course')
  })

  test('that is harder opens with the badge and not before', async () => {
    const { cookie } = await signIn()
    const open = async () => (await ask('GET', '/api/courses/type-level', { cookie })).status
    await read(cookie, 'first-types')
    await quiz(cookie, 'first-types', 5)
    expect(await open()).toBe(403)
    const step = await ask('POST', '/api/courses/type-level/steps/mapped', { cookie, body: {} })
    expect(step.status).toBe(403)
    await read(cookie, 'objects')
    await quiz(cookie, 'objects', 3)
    expect(await open()).toBe(200)
  })
})

describe('Studio', () => {
  test('stands beside the academy and takes the key that was made once', async () => {
    expect(await (await ask('GET', '/studio/')).text()).toContain('Milepost Studio')
    const secret = await app.adminKey(false)
    expect((await ask('GET', '/v1/studio/users', { token: secret! })).status).toBe(200)
    expect(await app.adminKey(false)).toBeNull()
    const another = await app.adminKey(true)
    expect((await ask('GET', '/v1/studio/users', { token: another! })).status).toBe(200)
  })

  test('is closed to learners and to those who have no key', async () => {
    const { token, cookie } = await signIn()
    const statusOf = async (asked: Asked) => (await ask('GET', '/v1/studio/users', asked)).status
    expect([await statusOf({ token }), await statusOf({ cookie }), await statusOf({})]).toEqual([403, 401, 401])
  })
})

test('the cheat sheet opens with the first course', async () => {
  const { cookie } = await signIn()
  const open = async () => (await ask('GET', '/api/cheat-sheet', { cookie })).status
  expect(await open()).toBe(403)
  await read(cookie, 'objects')
  await quiz(cookie, 'objects', 3)
  expect(await open()).toBe(200)
})

test('the first answer to the question of the day stands, and the next comes on the learner’s own next day', async () => {
  const { cookie } = await signIn(undefined, 'Pacific/Auckland')
  const answer = async (option: number) => (await ask('POST', '/api/daily', { cookie, body: { option } })).json()
  const first = (await answer(0)) as { day: string; outcome: object }
  expect(first.day).toBe('2026-11-25')
  expect(await answer(1)).toEqual(first)
  now = new Date('2026-11-25T11:30:00Z')
  expect(await (await ask('GET', '/api/daily', { cookie })).json()).toMatchObject({ day: '2026-11-26', outcome: null })
})

test('a page that is taken off the saved ones takes its badge along', async () => {
  const { cookie, userId } = await signIn()
  await ask('PUT', '/api/saved/first-types/why-types', { cookie, body: {} })
  expect(await badgesOf(userId)).toEqual(['keeper'])
  await ask('DELETE', '/api/saved/first-types/why-types', { cookie, body: {} })
  expect(await badgesOf(userId)).toEqual([])
})

test('a project is finished with its last task', async () => {
  const { cookie, userId } = await signIn()
  const done = (task: string) => ask('POST', `/api/workflows/strict-project/tasks/${task}`, { cookie, body: {} })
  for (const task of ['mend', 'install', 'configure']) await done(task)
  expect(await badgesOf(userId)).toEqual([])
  await done('fail')
  expect(await badgesOf(userId)).toEqual(['strict'])
})

test('a project is finished though its last two tasks come at once', async () => {
  const { cookie, userId } = await signIn()
  const done = (task: string) => ask('POST', `/api/workflows/strict-project/tasks/${task}`, { cookie, body: {} })
  await Promise.all(['mend', 'install', 'configure', 'fail'].map(done))
  expect(await badgesOf(userId)).toEqual(['strict'])
})

type Asked = { readonly cookie?: string; readonly token?: string; readonly body?: object }

function ask(method: string, path: string, { cookie, token, body }: Asked = {}): Promise<Response> {
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(cookie && { cookie }),
    ...(token && { authorization: `Bearer ${token}` }),
  }
  return app.fetch(
    new Request(`http://academy.test${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
  )
}

async function signIn(name = `Learner ${++nameCount}`, timeZone = 'UTC') {
  const answer = await ask('POST', '/api/session', { body: { name, timeZone } })
  const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
  const { learner } = (await answer.json()) as { learner: { userId: string } }
  const { token } = (await (await ask('GET', '/api/token', { cookie })).json()) as { token: string }
  return { cookie, token, userId: learner.userId }
}

async function read(cookie: string, courseId: string): Promise<void> {
  const { steps } = courses.find(({ id }) => id === courseId)!
  for (const { id } of steps) {
    const answer = await ask('POST', `/api/courses/${courseId}/steps/${id}`, { cookie, body: {} })
    expect(answer.status).toBe(200)
  }
}

function quiz(cookie: string, courseId: string, rightCount: number, attemptId: string = crypto.randomUUID()) {
  const questions = courses.find(({ id }) => id === courseId)!.quiz
  const answers = questions.map(({ answer }, i) => (i < rightCount ? answer : (answer + 1) % 2))
  return ask('POST', `/api/courses/${courseId}/quiz`, { cookie, body: { attemptId, answers } })
}

async function badgesOf(userId: string): Promise<readonly string[]> {
  return (await academy.service.getUserBadges(userId)).map(({ id }) => id)
}
