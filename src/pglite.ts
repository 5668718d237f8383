export { type EmbeddedDatabase, type EmbeddedDatabaseOptions, openPglite } from './store/pglite/open-pglite.js'
