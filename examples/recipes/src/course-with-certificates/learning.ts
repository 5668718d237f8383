import type { Milestones } from './milestones.js'

/** Records a lesson. It counts once, so its id is the key. */
export function lessonRead(milestones: Milestones, userId: string, lessonId: string) {
  return milestones.record({ userId, category: 'lesson', itemKey: lessonId })
}

/** Records one try of the exam. Each try has a key of its own. Your server works out the score. */
export function examTaken(milestones: Milestones, userId: string, attempt: { id: string; score: number }) {
  const metadata = { exam: 'ts-exam', score: attempt.score }
  return milestones.record({ userId, category: 'exam', itemKey: attempt.id, metadata })
}
