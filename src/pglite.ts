export type { EmbeddedDatabase, EmbeddedDatabaseOptions } from './store/pglite/embedded-database.js'
export { openPglite } from './store/pglite/open-pglite.js'
