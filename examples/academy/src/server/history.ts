import { and, eq, ne } from 'drizzle-orm'
import { userProgress } from 'milepost/schema'
import { passingScore, stepKey } from '../content/courses.js'
import type { Academy } from './academy.js'
import type { Learner } from './learners.js'

/** What a learner has done, read from what Milepost keeps. */
export type History = {
  readonly has: (category: string, itemKey: string) => boolean
  readonly hasRead: (courseId: string, stepId: string) => boolean
  readonly quizScores: (courseId: string) => readonly number[]
  readonly isPassed: (courseId: string) => boolean
  /** Whether the answer of a day was right; null where none was given. */
  readonly dailyAnswer: (day: string) => boolean | null
  /** Keys of the pages that are saved for later. */
  readonly saved: readonly string[]
}

const savePrefix = 'save:'

/** Reads everything that one learner has done: at an academy of this size, a few dozen rows. */
export async function readHistory({ db }: Academy, { userId }: Learner): Promise<History> {
  const { category, itemKey, metadata } = userProgress
  const rows = await db
    .select({ category, itemKey, metadata })
    .from(userProgress)
    .where(and(eq(userProgress.userId, userId), ne(category, 'milestone_badge')))
  const keys = new Set(rows.map(row => `${row.category} ${row.itemKey}`))
  const has = (ofCategory: string, key: string): boolean => keys.has(`${ofCategory} ${key}`)
  const quizzes = rows.filter(row => row.category === 'quiz').map(row => row.metadata as QuizMetadata)
  const quizScores = (courseId: string): number[] =>
    quizzes.filter(({ quizId }) => quizId === courseId).map(({ quizScore }) => quizScore)
  return {
    has,
    hasRead: (courseId, stepId) => has('tutorial_step', stepKey(courseId, stepId)),
    quizScores,
    isPassed: courseId => quizScores(courseId).some(score => score >= passingScore),
    dailyAnswer: day => {
      const answered = rows.find(row => row.category === 'daily' && row.itemKey === day)
      return answered ? (answered.metadata as { isRight?: unknown }).isRight === true : null
    },
    saved: rows.filter(row => row.category === 'action').map(row => row.itemKey.slice(savePrefix.length)),
  }
}

/** What is kept of an attempt at a quiz. */
export type QuizMetadata = {
  readonly quizId: string
  readonly quizScore: number
  readonly attempt: number
  readonly answers: readonly number[]
}

/** Writes the key under which it is recorded that a page was saved. */
export function saveKey(key: string): string {
  return `${savePrefix}${key}`
}

/** Tells the local day and hour of an instant in a zone. */
export function localTime(at: Date, timeZone: string): { readonly day: string; readonly hour: number } {
  const options = {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  } as const
  const parts = new Intl.DateTimeFormat('en', options).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find(found => found.type === type)!.value
  return { day: `${part('year')}-${part('month')}-${part('day')}`, hour: Number(part('hour')) }
}
