import { expect } from 'vitest'
import { groupBy } from '../../src/core/values/group-by.js'
import type { Catalog, CatalogDefinition } from '../../src/index.js'
import { milepostTables } from '../../src/schema.js'
import { badgesOf, type ModelCompletion, modelCheck, newModel } from '../model/reference-model.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'

/** Expects each user to hold the badges that the naive model finds in the user's stored completions by this catalog alone. */
export async function expectBadgesAsModel(db: DrizzleDatabase, catalog: Catalog): Promise<void> {
  const rows = await db.select().from(milepostTables().userProgress)
  const byUser = groupBy(rows as readonly ModelCompletion[], ({ userId }) => userId)
  const differing = [...byUser].filter(([userId, own]) => {
    const held = own.filter(({ category }) => category === 'milestone_badge').map(({ itemKey }) => itemKey)
    const completions = own.filter(({ category }) => category !== 'milestone_badge')
    return held.sort().join() !== idsBy(catalog, userId, completions)
  })
  expect(differing).toEqual([])
}

function idsBy(catalog: Catalog, userId: string, completions: readonly ModelCompletion[]): string {
  const model = newModel(catalog.definition as CatalogDefinition)
  model.completions.push(...completions)
  modelCheck(model, userId)
  const ids = badgesOf(model, userId).map(({ id }) => id)
  return ids.sort().join()
}
