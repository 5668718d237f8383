import { expect } from 'vitest'
import type { MilestoneService } from '../../../src/index.js'
import { type Command, picked } from '../commands.js'
import { carryOut } from '../model-run.js'
import { noteHighest } from '../reference-levels.js'
import { keyOf, type ModelCompletion, type ModelInput } from '../reference-model.js'
import { modelRecord } from '../reference-record.js'
import { asOf, type Run, usersNow } from '../run.js'

/** By user of the model: the instant before which nothing changes any more. */
export type Lines = Map<string, Date>

/** What was folded. */
export type Folds = {
  readonly lines: Lines
  /** The keys of folded completions. */
  readonly folded: Set<string>
  /** Those of them that the host inserted again by itself, with their rows. */
  readonly repeated: Map<string, ModelCompletion>
}

/** Starts with nothing folded. */
export function noFolds(): Folds {
  return { lines: new Map(), folded: new Set(), repeated: new Map() }
}

/** Folds completions, and notes the lines of users who had some. The model knows nothing of it: it keeps them. */
export async function foldOnBoth(
  run: Run,
  service: MilestoneService,
  { before, categories }: { before: Date; categories: readonly string[] },
  { lines, folded, repeated }: Folds,
): Promise<void> {
  const { model, prefix } = run
  const isFolded = ({ category, completedAt, ...key }: ModelCompletion): boolean =>
    categories.includes(category) && completedAt < before && !folded.has(keyOf({ category, ...key }))
  const rows = model.completions.filter(isFolded)
  const report = await service.foldCompletions(before, { categories })
  const ids = new Set(rows.map(({ userId }) => userId))
  const cleared = [...repeated].filter(([, { category }]) => categories.includes(category))
  for (const [key] of cleared) repeated.delete(key)
  expect({ ...report, categories: [] }).toEqual({
    isDryRun: false,
    before,
    categories: [],
    userCount: ids.size,
    completionCount: rows.length,
    clearedCount: cleared.length,
  })
  for (const row of rows) folded.add(keyOf(row))
  for (const userId of ids) {
    const known = lines.get(userId)
    lines.set(userId, known && known > before ? known : before)
    const { folds, completions } = await service.exportUser(prefix + userId)
    expect(folds).toMatchObject([{ untilAt: lines.get(userId)!.toISOString() }])
    const left = model.completions.filter(row => row.userId === userId && !folded.has(keyOf(row)))
    const again = [...repeated.values()].filter(row => row.userId === userId)
    expect(completions).toHaveLength(left.length + again.length)
  }
}

/** Carries a command out where it is about what comes after the lines; before them, expects that it is refused or leaves it. */
export async function carryOutAfter(
  run: Run,
  service: MilestoneService,
  command: Command,
  { lines, folded, repeated }: Folds,
): Promise<void> {
  const { model } = run
  const isEarly = ({ userId, completedAt }: Pick<ModelInput, 'userId' | 'completedAt'>): boolean => {
    const line = lines.get(userId)
    return line !== undefined && (completedAt ?? model.now) < line
  }
  const isAnyEarly = (at: Date): boolean => [...lines.values()].some(line => at < line)
  switch (command.type) {
    case 'record':
      return recordAfter(run, service, command, isEarly)
    case 'undo': {
      const chosen = command.of === 'recorded' ? picked(model.completions, command.pick) : command.of
      if (!chosen) return
      const known = model.completions.find(other => keyOf(other) === keyOf(chosen))
      if (!known || !isEarly(known)) return carryOut(run, service, command)
      const { userId, category, itemKey } = asOf(run)(chosen)
      const undoing = service.undo({ userId, category, itemKey }, { reason: 'a mistake' })
      return expect(undoing).rejects.toMatchObject({ code: 'HISTORY_FOLDED' })
    }
    case 'redo': {
      const again = picked(run.undone, command.pick)
      return again && !isEarly(again) ? carryOut(run, service, command) : undefined
    }
    case 'host': {
      const key = keyOf(command.row)
      if (folded.has(key)) repeated.set(key, command.row)
      return folded.has(key) || !isEarly(command.row) ? carryOut(run, service, command) : undefined
    }
    case 'host badge':
      return isEarly({ userId: command.userId, completedAt: command.at }) ? undefined : carryOut(run, service, command)
    case 'zone': {
      const zones = model.zones.get(command.userId) ?? []
      return zones.length === 0 || isAnyEarly(model.now) ? undefined : carryOut(run, service, command)
    }
    case 'pause':
      return isAnyEarly(command.pause.from) ? undefined : carryOut(run, service, command)
    case 'delete pause': {
      const pause = picked(model.pauses, command.pick)
      return pause && !isAnyEarly(pause.from) ? carryOut(run, service, command) : undefined
    }
    case 'clock':
      return command.stepMs < 0 ? undefined : carryOut(run, service, command)
    // What was folded was counted with the items of then.
    case 'items':
      return lines.size > 0 ? undefined : carryOut(run, service, command)
    case 'merge':
    case 'rename':
    case 'apply':
    case 'erase':
    case 'allow return':
      return
    default:
      return carryOut(run, service, command)
  }
}

type Recording = Extract<Command, { type: 'record' }>

async function recordAfter(
  run: Run,
  service: MilestoneService,
  { batch }: Recording,
  isEarly: (input: ModelInput) => boolean,
): Promise<void> {
  const { model } = run
  const isKnown = (input: ModelInput): boolean => model.completions.some(other => keyOf(other) === keyOf(input))
  const refused = batch.find(input => isEarly(input) && !isKnown(input))
  if (refused) {
    const recording = service.record(asOf(run)(refused))
    await expect(recording).rejects.toMatchObject({ code: 'HISTORY_FOLDED', details: { field: 'completedAt' } })
  }
  const given = batch.filter(input => !isEarly(input) || isKnown(input))
  if (given.length === 0) return
  const results = await service.record(given.map(asOf(run)))
  const answers = results.map(({ status, awarded }) => ({ status, awarded: awarded.map(({ id }) => id).sort() }))
  const expected = modelRecord(model, given).map(({ status, awarded }) => ({ status, awarded }))
  noteHighest(model, usersNow(run))
  expect(answers).toEqual(expected)
}
