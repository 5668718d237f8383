import { type Context, Hono } from 'hono'
import { isMilepostError } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { cheatSheet } from '../content/cheat-sheet.js'
import type { Academy } from './academy.js'
import { AcademyError } from './academy-error.js'
import { createAdminKeys } from './admin-keys.js'
import { readHistory } from './history.js'
import { enter, findNames, type Learner } from './learners.js'
import {
  answerDaily,
  finishStep,
  finishTask,
  openCourse,
  openWorkflow,
  readDaily,
  savePage,
  takeQuiz,
} from './learning.js'
import { courseCard, readOverview, workflowCard } from './overview.js'
import { beginSession, endSession, signedIn, tokenAudience, userToken, whoAsks } from './session.js'

/** How far the simulation of other learners is. */
export type SimulationState = { readonly doneCount: number; readonly learnerCount: number }

export type AppOptions = {
  readonly academy: Academy
  /** Signs cookies and tokens. */
  readonly secret: string
  readonly simulation: () => SimulationState
  /** What answers everything else: the pages. */
  readonly pages: (path: string) => Promise<Response>
}

export type App = {
  readonly fetch: (request: Request) => Promise<Response>
  /** Makes an admin key for Studio; null where there is one already and no other is wanted. */
  readonly adminKey: (isAnew: boolean) => Promise<string | null>
  readonly close: () => Promise<void>
}

type Env = { Variables: { learner: Learner | null } }

/** Puts the academy's own API, Milepost's, Studio and the pages under one address. */
export function createApp(options: AppOptions): App {
  const { academy, secret } = options
  const keys = createAdminKeys()
  const milepost = createMilepostServer({
    service: academy.service as unknown as Parameters<typeof createMilepostServer>[0]['service'],
    db: academy.db,
    studio: true,
    authorize: keys.authorize,
    now: academy.now,
    // A user token reads the learner's own and marks badges as celebrated. Recording takes a server key, and no browser has one.
    userTokens: {
      keys: [{ kty: 'oct', alg: 'HS256', k: Buffer.from(secret, 'utf8').toString('base64url') }],
      audience: tokenAudience,
      leaderboard: true,
    },
  })
  const app = new Hono()
  app.route('/api', api(options))
  for (const path of ['/v1/*', '/studio', '/studio/*', '/docs', '/openapi.json', '/healthz', '/readyz'])
    app.all(path, c => milepost.handler(c.req.raw))
  app.get('*', c => options.pages(c.req.path))
  return {
    fetch: async request => app.fetch(request),
    adminKey: isAnew => keys.provide(milepost.handler, isAnew),
    close: milepost.close,
  }
}

function api(options: AppOptions): Hono<Env> {
  const { academy, secret } = options
  const app = new Hono<Env>()
  app.onError(answerError)
  app.notFound(c => c.json({ code: 'NOT_FOUND', message: 'There is nothing here.' }, 404))
  app.use(async (c, next) => {
    // Pages of other origins cannot send this type without asking, and nobody answers them.
    const isJson = c.req.header('content-type')?.startsWith('application/json')
    if (c.req.method !== 'GET' && !isJson) throw new AcademyError(415, 'JSON_ONLY', 'Send application/json.')
    c.set('learner', await whoAsks(c, secret, academy.db))
    c.header('cache-control', 'no-store')
    await next()
  })
  sessionRoutes(app, options)
  courseRoutes(app, academy)
  practiceRoutes(app, academy)
  return app
}

function sessionRoutes(app: Hono<Env>, { academy, secret, simulation }: AppOptions): void {
  app.get('/me', c => c.json({ learner: c.get('learner'), simulation: simulation() }))
  app.post('/session', async c => {
    const { name, timeZone } = await body(c)
    const learner = await enter(academy.db, { name, timeZone })
    await academy.service.updateUserSettings(learner.userId, { timeZone: learner.timeZone })
    await beginSession(c, secret, learner)
    return c.json({ learner })
  })
  app.delete('/session', c => {
    endSession(c)
    return c.json({})
  })
  app.get('/token', async c => c.json({ token: await userToken(secret, signedIn(c.get('learner')), academy.now()) }))
  app.get('/names', async c => {
    signedIn(c.get('learner'))
    const ids = (c.req.query('ids') ?? '').split(',').slice(0, 100)
    return c.json({ names: await findNames(academy.db, ids) })
  })
}

function courseRoutes(app: Hono<Env>, academy: Academy): void {
  app.get('/overview', async c => c.json(await readOverview(academy, c.get('learner'))))
  app.get('/courses/:id', async c => {
    const learner = c.get('learner')
    const course = await openCourse(academy, learner, c.req.param('id'))
    const card = courseCard(course, learner && (await readHistory(academy, learner)), false)
    const pages = course.steps.map(({ id, blocks }) => ({ id, blocks }))
    return c.json({ card, pages, questions: course.quiz.map(({ answer, why, ...question }) => question) })
  })
  app.post('/courses/:id/steps/:stepId', async c => {
    const learner = signedIn(c.get('learner'))
    await finishStep(academy, { learner, courseId: c.req.param('id'), stepId: c.req.param('stepId') })
    return c.json({})
  })
  app.post('/courses/:id/quiz', async c => {
    const learner = signedIn(c.get('learner'))
    const { attemptId, answers } = await body(c)
    return c.json(await takeQuiz(academy, { learner, courseId: c.req.param('id'), attemptId, answers }))
  })
  const save = (isSaved: boolean) => async (c: Context<Env>) => {
    const { courseId = '', stepId = '' } = c.req.param() as { courseId?: string; stepId?: string }
    await savePage(academy, { learner: signedIn(c.get('learner')), courseId, stepId, isSaved })
    return c.json({})
  }
  app.put('/saved/:courseId/:stepId', save(true)).delete('/saved/:courseId/:stepId', save(false))
}

function practiceRoutes(app: Hono<Env>, academy: Academy): void {
  app.get('/workflows/:id', async c => {
    const learner = c.get('learner')
    const workflow = openWorkflow(c.req.param('id'))
    const card = workflowCard(workflow, learner && (await readHistory(academy, learner)))
    return c.json({ card, tasks: workflow.tasks.map(({ id, blocks }) => ({ id, blocks })) })
  })
  app.post('/workflows/:id/tasks/:taskId', async c => {
    const learner = signedIn(c.get('learner'))
    await finishTask(academy, { learner, workflowId: c.req.param('id'), taskId: c.req.param('taskId') })
    return c.json({})
  })
  app.get('/daily', async c => c.json(await readDaily(academy, signedIn(c.get('learner')))))
  app.post('/daily', async c => c.json(await answerDaily(academy, signedIn(c.get('learner')), (await body(c)).option)))
  app.get('/cheat-sheet', async c => {
    const { userId } = signedIn(c.get('learner'))
    if (!(await academy.service.hasUnlock(userId, 'cheat-sheet')))
      throw new AcademyError(403, 'CHEAT_SHEET_LOCKED', 'The cheat sheet opens with the badge “First course”.')
    return c.json({ sections: cheatSheet })
  })
}

async function body(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const given: unknown = await c.req.json().catch(() => null)
  if (typeof given === 'object' && given !== null) return given as Record<string, unknown>
  throw new AcademyError(400, 'BODY_INVALID', 'Send an object of JSON.')
}

function answerError(error: Error, c: Context): Response {
  if (error instanceof AcademyError) return c.json({ code: error.code, message: error.message }, error.status)
  const isBusy = isMilepostError(error) && ['USER_BUSY', 'CONNECTION_BUSY'].includes(error.code)
  if (!isBusy) console.error(error)
  const message = isBusy
    ? 'The academy is busy. Try again in a moment.'
    : 'Something went wrong. What you did may not be kept.'
  return c.json({ code: isBusy ? 'BUSY' : 'FAILED', message }, isBusy ? 503 : 500)
}
