import type { Course, Question, Workflow } from '../content/course.js'
import { courseNamed, passingScore, questionOf, scoreOf, stepKey, workflowNamed } from '../content/courses.js'
import type { Academy } from './academy.js'
import { AcademyError } from './academy-error.js'
import { type History, localTime, type QuizMetadata, readHistory, saveKey } from './history.js'
import type { Learner } from './learners.js'

type Ask<Given> = Given & { readonly learner: Learner }

/** What came of an attempt. Of a wrong answer it is not said which had been right: the next attempt is to find out. */
export type QuizOutcome = {
  readonly score: number
  readonly isPassed: boolean
  readonly isFinished: boolean
  readonly answers: readonly { readonly isRight: boolean; readonly why: string | null }[]
}

/** Finds a course that a learner may read. @throws AcademyError where there is none, or it is closed to the learner */
export async function openCourse(academy: Academy, learner: Learner | null, id: string): Promise<Course> {
  const course = courseNamed(id)
  if (!course) throw new AcademyError(404, 'COURSE_NOT_FOUND', `There is no course “${id}”.`)
  const { unlock } = course
  if (unlock && !(learner && (await academy.service.hasUnlock(learner.userId, unlock))))
    throw new AcademyError(403, 'COURSE_LOCKED', `“${course.title}” opens with the badge “Ready for more”.`)
  return course
}

/** Notes that a page was read. Pages are read in order. @throws AcademyError */
export async function finishStep(academy: Academy, ask: Ask<{ courseId: string; stepId: string }>): Promise<void> {
  const { learner, courseId, stepId } = ask
  const course = await openCourse(academy, learner, courseId)
  const place = course.steps.findIndex(({ id }) => id === stepId)
  if (place < 0) throw new AcademyError(404, 'STEP_NOT_FOUND', `“${course.title}” has no page “${stepId}”.`)
  const history = await readHistory(academy, learner)
  const unread = course.steps.slice(0, place).find(({ id }) => !history.hasRead(courseId, id))
  if (unread) throw new AcademyError(409, 'STEP_TOO_EARLY', `Read “${unread.title}” first.`)
  const { hour } = localTime(academy.now(), learner.timeZone)
  await academy.service.record({
    userId: learner.userId,
    category: 'tutorial_step',
    itemKey: stepKey(courseId, stepId),
    metadata: { courseId, hour },
  })
}

/** Scores an attempt and records it; with it the course, once passed. The same attempt sent again counts once. @throws AcademyError */
export async function takeQuiz(
  academy: Academy,
  ask: Ask<{ courseId: string; attemptId: unknown; answers: unknown }>,
): Promise<QuizOutcome> {
  const { learner, courseId } = ask
  const course = await openCourse(academy, learner, courseId)
  const history = await readHistory(academy, learner)
  requireRead(course, history)
  const attemptId = checkedAttempt(ask.attemptId)
  const answers = checkedAnswers(ask.answers, course.quiz)
  const { userId } = learner
  const attempt = history.quizScores(courseId).length + 1
  const metadata: QuizMetadata = { quizId: courseId, quizScore: scoreOf(course.quiz, answers), attempt, answers }
  const { completion } = await academy.service.record({
    userId,
    category: 'quiz',
    itemKey: `${courseId}:${attemptId}`,
    metadata,
  })
  // Sent again, perhaps with other answers, the attempt is what it was the first time.
  const stored = completion.metadata as QuizMetadata
  const isPassed = stored.quizScore >= passingScore
  const isFinished = isPassed || history.isPassed(courseId)
  if (isFinished) await academy.service.record({ userId, category: 'tutorial', itemKey: courseId })
  const outcomes = course.quiz.map(({ answer, why }, i) => {
    const isRight = stored.answers[i] === answer
    return { isRight, why: isRight ? why : null }
  })
  return { score: stored.quizScore, isPassed, isFinished, answers: outcomes }
}

/** Notes that a task of a workflow was done; with the last one, the workflow. @throws AcademyError */
export async function finishTask(academy: Academy, ask: Ask<{ workflowId: string; taskId: string }>): Promise<void> {
  const { learner, workflowId, taskId } = ask
  const workflow = openWorkflow(workflowId)
  if (!workflow.tasks.some(({ id }) => id === taskId))
    throw new AcademyError(404, 'TASK_NOT_FOUND', `“${workflow.title}” has no task “${taskId}”.`)
  const { userId } = learner
  await academy.service.record({ userId, category: 'workflow_task', itemKey: stepKey(workflowId, taskId) })
  // Only now: of two tabs that do the last two tasks at once, the later one sees both.
  const history = await readHistory(academy, learner)
  const isDone = workflow.tasks.every(({ id }) => history.has('workflow_task', stepKey(workflowId, id)))
  if (isDone) await academy.service.record({ userId, category: 'workflow', itemKey: workflowId })
}

/** Finds a workflow. @throws AcademyError */
export function openWorkflow(id: string): Workflow {
  const workflow = workflowNamed(id)
  if (!workflow) throw new AcademyError(404, 'WORKFLOW_NOT_FOUND', `There is no project “${id}”.`)
  return workflow
}

/** What a learner is asked today, and what became of it. */
export type DailyQuestion = {
  readonly day: string
  readonly text: string
  readonly options: readonly string[]
  readonly outcome: { readonly isRight: boolean; readonly answer: number; readonly why: string } | null
}

/** Reads the question of the learner's own day. */
export async function readDaily(academy: Academy, learner: Learner): Promise<DailyQuestion> {
  const { day } = localTime(academy.now(), learner.timeZone)
  const history = await readHistory(academy, learner)
  return dailyOf(day, history.dailyAnswer(day))
}

/** Answers the question of the day, once: the first answer stands. @throws AcademyError */
export async function answerDaily(academy: Academy, learner: Learner, option: unknown): Promise<DailyQuestion> {
  const daily = await readDaily(academy, learner)
  if (daily.outcome) return daily
  const { answer, options } = questionOf(daily.day)
  if (!Number.isInteger(option) || options[Number(option)] === undefined)
    throw new AcademyError(400, 'ANSWER_INVALID', 'Choose one of the answers.')
  const metadata = { isRight: option === answer }
  const { completion } = await academy.service.record({
    userId: learner.userId,
    category: 'daily',
    itemKey: daily.day,
    metadata,
  })
  return dailyOf(daily.day, (completion.metadata as typeof metadata).isRight)
}

/** Saves a page for later, or takes it off again. @throws AcademyError */
export async function savePage(
  academy: Academy,
  ask: Ask<{ courseId: string; stepId: string; isSaved: boolean }>,
): Promise<void> {
  const { learner, courseId, stepId, isSaved } = ask
  const course = await openCourse(academy, learner, courseId)
  if (!course.steps.some(({ id }) => id === stepId))
    throw new AcademyError(404, 'STEP_NOT_FOUND', `“${course.title}” has no page “${stepId}”.`)
  const key = { userId: learner.userId, category: 'action', itemKey: saveKey(stepKey(courseId, stepId)) } as const
  if (isSaved) await academy.service.record(key)
  else await academy.service.undo(key, { reason: 'taken off the saved pages' })
}

function dailyOf(day: string, isRight: boolean | null): DailyQuestion {
  const { text, options, answer, why } = questionOf(day)
  return { day, text, options, outcome: isRight === null ? null : { isRight, answer, why } }
}

function requireRead(course: Course, history: History): void {
  const unread = course.steps.find(({ id }) => !history.hasRead(course.id, id))
  if (unread) throw new AcademyError(409, 'QUIZ_TOO_EARLY', `Read “${unread.title}” first; then the quiz is open.`)
}

function checkedAttempt(given: unknown): string {
  if (typeof given === 'string' && /^[\w-]{8,64}$/.test(given)) return given
  throw new AcademyError(400, 'ATTEMPT_INVALID', 'Give the attempt an id of 8 to 64 letters, digits or dashes.')
}

function checkedAnswers(given: unknown, questions: readonly Question[]): readonly number[] {
  const isAnswer = (value: unknown, i: number): boolean =>
    Number.isInteger(value) && questions[i]?.options[Number(value)] !== undefined
  if (Array.isArray(given) && given.length === questions.length && given.every(isAnswer)) return given
  throw new AcademyError(400, 'ANSWERS_INVALID', `Answer all ${questions.length} questions.`)
}
