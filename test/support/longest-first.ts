import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, so that none of them is begun when the others are nearly done; a rough order is enough. */
const longest = [
  'test/examples/apps.test.ts',
  'test/examples/vercel.test.ts',
  'examples/academy/src/pages.e2e.test.ts',
  'test/studio/views.e2e.test.ts',
  'test/site/built-site.long.test.ts',
  'test/pglite/open-pglite.db.test.ts',
  'examples/contributors/src/main.test.ts',
  'test/react/gallery.e2e.test.ts',
  'examples/academy/src/academy.e2e.test.ts',
  'test/studio/manual-actions.e2e.test.ts',
  'test/studio/hostile.e2e.test.ts',
  'test/bundles/cjs-hosts.test.ts',
  'test/cli/serve.pg.test.ts',
  'test/site/pages.long.test.ts',
  'test/docs/start.test.ts',
  'test/docs/tutorial.e2e.test.ts',
  'test/faults/apply-killed.pg.test.ts',
  'test/races/storms.pg.test.ts',
  'test/faults/statement-faults.pg.test.ts',
  'examples/academy/src/start.test.ts',
  'test/databases/transactions.pg.test.ts',
  'test/model/service-against-model.db.test.ts',
  'test/model/explain-against-model.test.ts',
  'test/races/feed.pg.test.ts',
  'test/http/fuzz.http.test.ts',
  'test/cli/embedded.db.test.ts',
  'test/pglite/folder-lock.db.test.ts',
  'test/pglite/abort.db.test.ts',
  'test/pglite/upkeep.db.test.ts',
  'test/faults/killed-server.pg.test.ts',
  'test/http/webhook-storm.pg.test.ts',
  'test/http/authorisation.http.test.ts',
  'test/house/toolchain.test.ts',
  'test/hazards/hazards.pg.test.ts',
  'test/cli/commands.pg.test.ts',
  'test/faults/lost-connections.pg.test.ts',
  'test/faults/killed.db.test.ts',
  'test/races/undo.pg.test.ts',
]

/** Puts the longest files first; the rest keep vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specifications)
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.findIndex(path => moduleId.endsWith(`/${path}`))
  return place < 0 ? longest.length : place
}
