import { firstTypes } from './beginning.js'
import type { Course, Question, Workflow } from './course.js'
import { dailyQuestions } from './daily-questions.js'
import { generics } from './generics.js'
import { narrowing } from './narrowing.js'
import { objects } from './objects.js'
import { strictProject } from './strict-project.js'
import { typeLevel } from './type-level.js'

/** In the order in which to take them. */
export const courses: readonly Course[] = [firstTypes, objects, narrowing, generics, typeLevel]

export const workflows: readonly Workflow[] = [strictProject]

/** The least score at which a quiz is passed. */
export const passingScore = 60

/** Finds a course. */
export function courseNamed(id: string): Course | undefined {
  return courses.find(course => course.id === id)
}

/** Finds a workflow. */
export function workflowNamed(id: string): Workflow | undefined {
  return workflows.find(workflow => workflow.id === id)
}

/** Writes the key under which a step is recorded. */
export function stepKey(courseId: string, stepId: string): string {
  return `${courseId}/${stepId}`
}

/** Scores answers, from 0 to 100: whole percents of the questions. */
export function scoreOf(questions: readonly Question[], answers: readonly number[]): number {
  const rightCount = questions.filter(({ answer }, i) => answers[i] === answer).length
  return Math.round((rightCount / questions.length) * 100)
}

/** Picks the question of a day, given as `2026-12-24`. */
export function questionOf(day: string): Question {
  const dayNumber = Math.floor(Date.parse(`${day}T00:00:00Z`) / 86_400_000)
  return dailyQuestions[dayNumber % dailyQuestions.length]!
}
