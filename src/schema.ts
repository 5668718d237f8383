import { milepostTables } from './store/schema/drizzle-tables.js'

export { milepostTables } from './store/schema/drizzle-tables.js'

/** The tables in the default schema `milepost`, to join, query and insert into like any table of the host's own. */
export const {
  userProgress,
  userMetrics,
  userStandings,
  userTimeZones,
  userAttributes,
  streakPauses,
  streakFreezes,
  pointsLedger,
  userPeriodPoints,
  badgeDecisions,
  auditLog,
  badgeSightings,
  erasedUsers,
  catalogVersions,
  outbox,
} = milepostTables()
