export type { AwardedBy, Badge } from './core/badge.js'
export {
  type Catalog,
  type CatalogDefinition,
  defineCatalog,
  type Milestone,
  type MilestoneDefinition,
  parseCatalog,
  type Reward,
} from './core/catalog.js'
export { catalogJsonSchema } from './core/catalog-schema.js'
export type { Completion, CompletionInput } from './core/completion.js'
export { type ErrorCode, errorCodes, isMilepostError, MilepostError } from './core/errors.js'
export type { LevelPlace, LevelRule } from './core/level.js'
export type { Metadata } from './core/metadata.js'
export type { MilestoneProgress } from './core/progress.js'
export type { Rarity } from './core/rarity.js'
export type {
  BestRequirement,
  CompositeRequirement,
  CountRequirement,
  LevelRequirement,
  MilestonesRequirement,
  PointsRequirement,
  Requirement,
  SomeRequirement,
  TotalRequirement,
  TutorialRequirement,
} from './core/requirement.js'
export type { CatalogFault } from './core/shape-faults.js'
export type { TutorialCategories } from './core/tutorial-requirement.js'
export type { Scalar, Where, WhereTest } from './core/where.js'
export type { AwardListener } from './service/announce.js'
export type { Award, CallOptions } from './service/context.js'
export type { LeaderboardEntry, LeaderboardPage, LeaderboardQuery } from './service/leaderboard.js'
export {
  createMilestoneService,
  type MilestoneService,
  type MilestoneServiceOptions,
} from './service/milestone-service.js'
export type { UserProgress } from './service/progress.js'
export type { RebuildReport } from './service/rebuild.js'
export type { RecordResult } from './service/record.js'
export type { Difference } from './service/verify.js'
export type { Database } from './store/database.js'
export { type Migration, migrate, migrationSql } from './store/migrate.js'
