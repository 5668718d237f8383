// Levels of users, which may keep the highest one that they ever had.
import { type Model, pointsOf } from './reference-model.js'
import { levelOf } from './reference-requirement.js'

/** Notes the points that users have now, once a command is over. */
export function noteHighest(model: Model, userIds: readonly string[]): void {
  for (const userId of userIds) {
    model.highest.set(userId, Math.max(pointsOf(model, userId), model.highest.get(userId) ?? 0))
  }
}

/** The level that a user is shown. */
export function modelLevel(model: Model, userId: string): number {
  const { levels } = model.definition
  const points = pointsOf(model, userId)
  return levelOf({ levels, points: levels?.keep ? Math.max(points, model.highest.get(userId) ?? 0) : points })
}
