import { expect } from 'vitest'
import type { CallOptions, MilestoneService } from '../../../src/index.js'
import type { Command } from '../commands.js'
import { currentId, modelMerge, modelRenameUser } from '../merging/reference-merge.js'
import type { Model } from '../reference-model.js'
import type { Run } from '../run.js'
import { manualChange, through } from './grant-run.js'

/** Makes two users one on both sides, and expects the same answers. */
export async function merge(
  run: Run,
  service: MilestoneService,
  { from, into, via }: Extract<Command, { type: 'merge' }>,
): Promise<void> {
  const { model, prefix } = run
  const call = (options: CallOptions) =>
    service.mergeUsers({ from: prefix + from, into: prefix + into }, manualChange, options)
  if (isAnyErased(run, [from, into])) return void (await call({}))
  const refused = refusedBy(modelMerge(trial(model), from, into))
  if (refused) return expect(call({})).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: refused } })
  const answer = await through(run, via, call)
  if (!answer) return
  const { userId, awarded, revoked } = answer
  const shown = {
    ...answer,
    userId: userId.slice(prefix.length),
    awarded: idsOf(awarded).sort(),
    revoked: idsOf(revoked),
  }
  expect(shown).toEqual(modelMerge(model, from, into))
}

/** The ids that a user is renamed from and to: back, if the user was renamed before. */
export function renaming({ model }: Run, { userId }: Extract<Command, { type: 'rename' }>): [from: string, to: string] {
  const from = currentId(model, userId)
  return [from, from === 'cy' ? userId : 'cy']
}

/** Gives a user another id on both sides, and expects the same answers. */
export async function rename(
  run: Run,
  service: MilestoneService,
  command: Extract<Command, { type: 'rename' }>,
): Promise<void> {
  const { model, prefix } = run
  const [from, to] = renaming(run, command)
  const call = (options: CallOptions) => service.renameUser(prefix + from, prefix + to, manualChange, options)
  if (isAnyErased(run, [from, to])) return void (await call({}))
  const refused = refusedBy(modelRenameUser(trial(model), from, to))
  if (refused) return expect(call({})).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: refused } })
  const answer = await through(run, command.via, call)
  if (answer) expect({ status: answer.status }).toEqual(modelRenameUser(model, from, to))
}

function isAnyErased({ model }: Run, userIds: readonly string[]): boolean {
  return userIds.some(userId => model.erased.has(userId))
}

function refusedBy(answer: object): string | undefined {
  return 'refused' in answer ? (answer.refused as string) : undefined
}

function trial(model: Model): Model {
  return structuredClone(model)
}

const idsOf = (badges: readonly { readonly id: string }[]): string[] => badges.map(({ id }) => id)
