import type { Session } from '../../store/database/session.js'
import type { Tables } from '../../store/schema/tables.js'

/** What Studio needs to read: the service's database, tables and clock. */
export type StudioContext = { readonly db: Session; readonly tables: Tables; readonly now: () => Date }
