import type { Catalog, MilestoneService } from 'milepost'
import type { catalog } from '../catalog.js'
import type { Db } from './learners.js'

type NamesOf<C> = C extends Catalog<infer Id, infer Unlock, infer Category> ? [Id, Unlock, Category] : never
type Names = NamesOf<typeof catalog>

/** What every part of the academy's server works with. */
export type Academy = {
  readonly db: Db
  readonly service: MilestoneService<Names[0], Names[1], Names[2]>
  readonly now: () => Date
}
