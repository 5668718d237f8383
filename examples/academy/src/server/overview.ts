import type { Course, Step, Workflow } from '../content/course.js'
import { courses, stepKey, workflows } from '../content/courses.js'
import type { Academy } from './academy.js'
import { type History, readHistory } from './history.js'
import type { Learner } from './learners.js'

/** A course as a learner sees it from outside. */
export type CourseCard = Pick<Course, 'id' | 'title' | 'summary' | 'icon' | 'minutes' | 'difficulty'> & {
  readonly isLocked: boolean
  readonly isFinished: boolean
  readonly steps: readonly (Pick<Step, 'id' | 'title'> & { readonly isDone: boolean; readonly isSaved: boolean })[]
  /** The best score of the quiz; null before the first attempt. */
  readonly quizScore: number | null
}

/** A workflow as a learner sees it. */
export type WorkflowCard = Pick<Workflow, 'id' | 'title' | 'summary' | 'icon'> & {
  readonly isFinished: boolean
  readonly tasks: readonly { readonly id: string; readonly title: string; readonly isDone: boolean }[]
}

export type Overview = { readonly courses: readonly CourseCard[]; readonly workflows: readonly WorkflowCard[] }

/** Lists what there is to learn, and how far a learner is. */
export async function readOverview(academy: Academy, learner: Learner | null): Promise<Overview> {
  const history = learner && (await readHistory(academy, learner))
  const unlocks: readonly string[] = learner ? (await academy.service.getUserProgress(learner.userId)).unlocks : []
  const isOpen = ({ unlock }: Course): boolean => !unlock || unlocks.includes(unlock)
  return {
    courses: courses.map(course => courseCard(course, history, !isOpen(course))),
    workflows: workflows.map(workflow => workflowCard(workflow, history)),
  }
}

/** Shows a course from outside. */
export function courseCard(course: Course, history: History | null, isLocked: boolean): CourseCard {
  const { id, title, summary, icon, minutes, difficulty, steps } = course
  const scores = history?.quizScores(id) ?? []
  return {
    ...{ id, title, summary, icon, minutes, difficulty, isLocked },
    isFinished: history?.has('tutorial', id) ?? false,
    steps: steps.map(step => ({
      id: step.id,
      title: step.title,
      isDone: history?.hasRead(id, step.id) ?? false,
      isSaved: history?.saved.includes(stepKey(id, step.id)) ?? false,
    })),
    quizScore: scores.length > 0 ? Math.max(...scores) : null,
  }
}

/** Shows a workflow from outside. */
export function workflowCard({ id, title, summary, icon, tasks }: Workflow, history: History | null): WorkflowCard {
  const isDone = (taskId: string): boolean => history?.has('workflow_task', stepKey(id, taskId)) ?? false
  return {
    ...{ id, title, summary, icon },
    isFinished: history?.has('workflow', id) ?? false,
    tasks: tasks.map(task => ({ id: task.id, title: task.title, isDone: isDone(task.id) })),
  }
}
