import type { CompletionInput } from 'milepost'
import type { Category } from '../catalog.js'
import type { Course } from '../content/course.js'
import { courses, passingScore, stepKey, workflows } from '../content/courses.js'
import { pick, type Random, randomFrom } from './random.js'

/** Somebody who does not exist, so that a new learner is not alone. */
export type SimulatedLearner = { readonly userId: string; readonly name: string }

export type Simulation = {
  readonly learners: readonly SimulatedLearner[]
  readonly completions: readonly (CompletionInput<Category> & { readonly completedAt: Date })[]
}

export type SimulationPlan = {
  readonly seed: number
  readonly learnerCount: number
  /** The first instant after all that is simulated. */
  readonly until: Date
}

const dayMs = 86_400_000
const longestDays = 70
const givenNames =
  'Ada Alan Amara Anders Aya Barbara Bela Bruno Carmen Chidi Chiara Dana Dmitri Edsger Elif Emeka Fatima Finn Grace Greta Hana Hiro Ida Imani Ines Ivan Jamal Jonas Joan Kaito Kateryna Kofi Laila Lars Leila Lin Lucia Mae Malik Margaret Mateo Mei Mira Nadia Niklaus Noor Olga Omar Paulo Priya Quinn Rania Ravi Rosa Samir Sofia Stellan Tariq Tove Uma Viktor Wen Yara Yusuf Zoe'.split(
    ' ',
  )
const initials = 'ABCDEFGHJKLMNOPRSTVWZ'

/** Invents learners and what they completed. The same plan gives the same, to the last completion. */
export function simulate({ seed, learnerCount, until }: SimulationPlan): Simulation {
  const random = randomFrom(seed)
  const learners = inventLearners(random, learnerCount)
  return { learners, completions: learners.flatMap(learner => historyOf(random, learner, until)) }
}

function inventLearners(random: Random, count: number): readonly SimulatedLearner[] {
  const names = new Set<string>()
  while (names.size < count)
    names.add(`${pick(random, givenNames)} ${initials[Math.floor(random() * initials.length)]}.`)
  return [...names].map((name, i) => ({ userId: `simulated-${String(i + 1).padStart(3, '0')}`, name }))
}

type Told = Omit<Simulation['completions'][number], 'userId' | 'completedAt'>

// Most begin and few finish, as anywhere: the square puts many near the beginning.
function historyOf(random: Random, { userId }: SimulatedLearner, until: Date): Simulation['completions'] {
  const diligence = random() ** 2
  const skill = 0.45 + random() * 0.55
  const dayCount = 2 + Math.floor(random() * longestDays)
  const todo = curriculum(random, { diligence, skill })
  const habit = random() < 0.4 ? 0.2 + diligence * 0.75 : 0.05
  const history: Simulation['completions'][number][] = []
  const told = (done: Told, at: number): void =>
    void (at < until.getTime() && history.push({ userId, ...done, completedAt: new Date(at) }))
  let place = 0
  for (let day = dayCount; day >= 0; day--) {
    const midnight = until.getTime() - (until.getTime() % dayMs) - day * dayMs
    let at = midnight + (6 + random() * 14) * 3_600_000
    const isStudying = random() < 0.25 + diligence * 0.5
    const pageCount = isStudying ? 1 + Math.floor(random() * 5) : 0
    for (const done of todo.slice(place, place + pageCount)) {
      told(hourly(done, at), at)
      at += (2 + random() * 6) * 60_000
    }
    place += pageCount
    if (random() < habit) told(dailyAnswer(new Date(midnight), random() < skill), at)
  }
  return history
}

/** Lists what somebody does, in order, as far as diligence goes. */
function curriculum(random: Random, { diligence, skill }: { diligence: number; skill: number }): readonly Told[] {
  const open = courses.filter(({ unlock }) => !unlock)
  const courseCount = Math.min(open.length, Math.floor(diligence * 7) + (random() < 0.7 ? 1 : 0))
  const study = open.slice(0, courseCount).flatMap(course => studyOf(random, course, skill))
  if (study.length === 0) return pagesOf(courses[0]!).slice(0, 1 + Math.floor(random() * 3))
  const harder = diligence > 0.5 && isReadyForMore(study) ? courses.filter(({ unlock }) => unlock) : []
  const project: Told[] =
    diligence > 0.35 && random() < 0.6 ? [{ category: 'workflow', itemKey: workflows[0]!.id }] : []
  return [...study, ...harder.flatMap(course => studyOf(random, course, skill)), ...project]
}

function studyOf(random: Random, course: Course, skill: number): readonly Told[] {
  const kept = random() < 0.35 ? [saved(stepKey(course.id, pick(random, course.steps).id))] : []
  return [...pagesOf(course), ...attempts(random, course.id, skill), ...kept]
}

function pagesOf({ id, steps }: Course): readonly Told[] {
  return steps.map(step => ({ category: 'tutorial_step', itemKey: stepKey(id, step.id), metadata: { courseId: id } }))
}

// The harder course is closed to the others, here as for everybody.
function isReadyForMore(study: readonly Told[]): boolean {
  const finishedCount = study.filter(({ category }) => category === 'tutorial').length
  return finishedCount >= 2 && study.some(({ metadata }) => Number(metadata?.quizScore) >= 80)
}

// A quiz is tried until it is passed, three times at most; who passes has finished the course.
function attempts(random: Random, courseId: string, skill: number): Told[] {
  const done: Told[] = []
  for (let attempt = 1; attempt <= 3; attempt++) {
    const rightCount = Array.from({ length: 5 }).filter(() => random() < skill + attempt * 0.05).length
    const quizScore = rightCount * 20
    const metadata = { quizId: courseId, quizScore, attempt }
    done.push({ category: 'quiz', itemKey: `${courseId}:${attempt}`, metadata })
    if (quizScore >= passingScore) return [...done, { category: 'tutorial', itemKey: courseId }]
  }
  return done
}

function hourly(done: Told, at: number): Told {
  if (done.category !== 'tutorial_step') return done
  return { ...done, metadata: { ...done.metadata, hour: new Date(at).getUTCHours() } }
}

function saved(key: string): Told {
  return { category: 'action', itemKey: `save:${key}` }
}

function dailyAnswer(day: Date, isRight: boolean): Told {
  return { category: 'daily', itemKey: day.toISOString().slice(0, 10), metadata: { isRight } }
}
