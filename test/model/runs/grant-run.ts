import { expect } from 'vitest'
import type { CallOptions, MilestoneService } from '../../../src/index.js'
import type { Command, Via } from '../commands.js'
import { currentId } from '../merging/reference-merge.js'
import { modelAdjust, modelGiveGems, modelGrantFreeze, modelRefund, modelSpend } from '../reference-undo.js'
import type { Run } from '../run.js'

export const manualChange = { reason: 'by hand' }

/** Gives a user something by hand on both sides, and expects the same answers. */
export async function grantGiven(
  run: Run,
  service: MilestoneService,
  command: Extract<Command, { type: 'freeze' | 'adjust' | 'gems' | 'spend' | 'refund' }>,
): Promise<void> {
  const { model, prefix } = run
  const { key, via } = command
  const [asked, userId] = [prefix + command.userId, currentId(model, command.userId)]
  const given = { key, ...manualChange }
  if (command.type === 'freeze') {
    const answer = await through(run, via, options => service.grantStreakFreeze(asked, given, options))
    if (!answer) return
    const { status, freeze } = answer
    return expect({ status, grantedAt: freeze.grantedAt }).toEqual(modelGrantFreeze(model, userId, key))
  }
  if (command.type === 'refund') {
    const answer = await through(run, via, options => service.refund(asked, given, options))
    return answer && expect({ status: answer.status }).toEqual(modelRefund(model, userId, key))
  }
  if (command.type === 'spend') {
    const { amount } = command
    const wish = { currency: 'gems', amount, key, reason: 'a hint' }
    const answer = await through(run, via, options => service.spend(asked, wish, options))
    if (!answer) return
    const { status, balance } = answer
    return expect({ status, balance }).toEqual(modelSpend(model, { userId, key, amount }))
  }
  if (command.type === 'gems') {
    const { amount } = command
    const gift = { points: amount, currency: 'gems', ...given }
    const answer = await through(run, via, options => service.adjustPoints(asked, gift, options))
    return answer && expect({ status: answer.status }).toEqual(modelGiveGems(model, { userId, key, amount }))
  }
  const { points } = command as Extract<Command, { type: 'adjust' }>
  const answer = await through(run, via, options => service.adjustPoints(asked, { points, ...given }, options))
  if (!answer) return
  const { status, adjustment, revoked, awarded } = answer
  const shown = { status, points: adjustment.points, revoked: idsOf(revoked), awarded: idsOf(awarded).sort() }
  expect(shown).toEqual(modelAdjust(model, { userId, key, points }))
}

const idsOf = (badges: readonly { readonly id: string }[]): string[] => badges.map(({ id }) => id)

/** Makes a call as a command says. Answers undefined where the host rolled back what was done. */
export async function through<Answer>(
  { database }: Run,
  via: Via,
  call: (options: CallOptions) => Promise<Answer>,
): Promise<Answer | undefined> {
  if (via === 'call') return call({})
  if (via === 'commit') return database.db.transaction(tx => call({ db: tx }))
  const rolledBack = database.db.transaction(async tx => {
    await call({ db: tx })
    throw new Error('the host changed its mind')
  })
  await expect(rolledBack).rejects.toThrow('the host changed its mind')
  return undefined
}
