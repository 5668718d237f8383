import {
  type Catalog,
  type CatalogDefinition,
  createMilestoneService,
  type MilestoneService,
  parseCatalog,
} from '../../src/index.js'
import type { TestDatabase } from '../support/databases.js'
import { picked } from './commands.js'
import { currentId } from './merging/reference-merge.js'
import { type Model, type ModelCompletion, type ModelInput, newModel } from './reference-model.js'

/** The users of whom commands are. */
export const users = ['ann', 'bob'] as const

/** The users who are there, under their ids of now. */
export function usersNow({ model }: Pick<Run, 'model'>): string[] {
  return [...new Set(users.map(userId => currentId(model, userId)))].sort()
}

/** A service's database and catalog beside the model of the same. */
export type Run = {
  readonly database: TestDatabase
  readonly model: Model
  /** Keeps users apart who stand for the same user of the model. */
  readonly prefix: string
  /** The first, and those that were applied. */
  readonly catalogs: Catalog[]
  /** What was undone, as it was recorded. */
  readonly undone: ModelCompletion[]
}

export function runOf(database: TestDatabase, definition: CatalogDefinition, prefix = ''): Run {
  return { database, model: newModel(definition), prefix, catalogs: [parseCatalog(definition)], undone: [] }
}

/** Starts a process that comes with the first of the catalogs, or with another of them. */
export function serviceOf({ database, catalogs, model }: Run, pick = 0): MilestoneService {
  return createMilestoneService({
    db: database.db,
    catalog: picked(catalogs, pick)!,
    now: () => model.now,
    whenUnapplied: 'warn',
    onWarning: () => {},
  })
}

export const asOf =
  ({ prefix }: Pick<Run, 'prefix'>) =>
  <Given extends Pick<ModelInput, 'userId'>>(given: Given): Given => ({ ...given, userId: prefix + given.userId })
