import type { Database } from 'milepost'
import type { Milestones } from './milestones.js'

const hintPrice = 5

/** Takes the gems for a hint in your transaction. Returns `insufficient` if there are too few, `duplicate` if it was sold before. */
export async function sellHint(milestones: Milestones, tx: Database, hint: { userId: string; quizId: string }) {
  const order = { currency: 'gems', amount: hintPrice, key: `hint:${hint.quizId}`, reason: 'A hint' }
  const { status } = await milestones.spend(hint.userId, order, { db: tx })
  return status
}

/** Adds gems that a user bought. A payment counts once, however often its webhook comes. */
export async function gemsBought(milestones: Milestones, userId: string, payment: { id: string; gems: number }) {
  const bought = { points: payment.gems, currency: 'gems', key: `payment:${payment.id}`, reason: 'Bought in the shop' }
  await milestones.adjustPoints(userId, bought)
}
