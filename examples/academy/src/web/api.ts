import type { Block, Question } from '../content/course.js'
import type { SimulationState } from '../server/app.js'
import type { Learner, Named } from '../server/learners.js'
import type { DailyQuestion, QuizOutcome } from '../server/learning.js'
import type { CourseCard, Overview, WorkflowCard } from '../server/overview.js'

/** What the academy's server refused, or that it cannot be reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

export type Pages = readonly { readonly id: string; readonly blocks: readonly Block[] }[]
export type OpenCourse = {
  readonly card: CourseCard
  readonly pages: Pages
  readonly questions: readonly Pick<Question, 'text' | 'code' | 'options'>[]
}

/** Every call of the academy's own API. It records for whoever the cookie says; a page cannot name anybody else. */
export const api = {
  me: () => call<{ learner: Learner | null; simulation: SimulationState }>('GET', 'me'),
  signIn: (name: string) => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
    return call<{ learner: Learner }>('POST', 'session', { name, timeZone })
  },
  signOut: () => call('DELETE', 'session', {}),
  token: async () => (await call<{ token: string }>('GET', 'token')).token,
  names: async (ids: readonly string[]) =>
    (await call<{ names: Record<string, Named> }>('GET', `names?ids=${ids.map(encodeURIComponent).join(',')}`)).names,
  overview: () => call<Overview>('GET', 'overview'),
  course: async (id: string) => {
    // Asked for all the same, a course that is closed is refused; browsers print each refusal as an error.
    const { courses } = await api.overview()
    const closed = courses.find(course => course.id === id && course.isLocked)
    if (closed) throw new ApiError('COURSE_LOCKED', `“${closed.title}” opens with the badge “Ready for more”.`)
    return call<OpenCourse>('GET', `courses/${encodeURIComponent(id)}`)
  },
  finishStep: (courseId: string, stepId: string) => call('POST', `courses/${courseId}/steps/${stepId}`, {}),
  takeQuiz: (courseId: string, attempt: { readonly attemptId: string; readonly answers: readonly number[] }) =>
    call<QuizOutcome>('POST', `courses/${courseId}/quiz`, attempt),
  save: (courseId: string, stepId: string, isSaved: boolean) =>
    call(isSaved ? 'PUT' : 'DELETE', `saved/${courseId}/${stepId}`, {}),
  workflow: (id: string) => call<{ card: WorkflowCard; tasks: Pages }>('GET', `workflows/${encodeURIComponent(id)}`),
  finishTask: (workflowId: string, taskId: string) => call('POST', `workflows/${workflowId}/tasks/${taskId}`, {}),
  daily: () => call<DailyQuestion>('GET', 'daily'),
  answerDaily: (option: number) => call<DailyQuestion>('POST', 'daily', { option }),
  cheatSheet: () =>
    call<{ sections: readonly { title: string; rows: readonly (readonly [string, string])[] }[] }>(
      'GET',
      'cheat-sheet',
    ),
}

async function call<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await reach(`/api/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer as Answer
  const { code = 'FAILED', message = 'The academy did not answer as it should. Try again in a moment.' } =
    answer as Partial<ApiError>
  throw new ApiError(code, message)
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch {
    throw new ApiError(
      'OFFLINE',
      'The academy cannot be reached. What you did before is kept; try again once it is back.',
    )
  }
}
