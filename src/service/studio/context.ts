import type { Database } from '../../store/database/database.js'
import type { Tables } from '../../store/schema/tables.js'

/** What Studio needs to read: the service's database, tables and clock. */
export type StudioContext = { readonly db: Database; readonly tables: Tables; readonly now: () => Date }
