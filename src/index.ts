export type { AwardedBy, Badge } from './core/awards/badge.js'
export type { CutReason } from './core/awards/limits.js'
export type { Board, BoardMetric, Season } from './core/catalog/board.js'
export type { Boost } from './core/catalog/boost.js'
export type { CatalogTraitsOf } from './core/catalog/catalog.js'
export {
  type Catalog,
  type CatalogDefinition,
  type CatalogTraits,
  defineCatalog,
  parseCatalog,
} from './core/catalog/catalog.js'
export type { Label, Labels } from './core/catalog/labels.js'
export type { LevelPlace, LevelRule, NextLevelPoints } from './core/catalog/level.js'
export type {
  Coins,
  Hiding,
  Milestone,
  MilestoneBase,
  MilestoneDefinition,
  OnUndo,
  Repetition,
  Reward,
  Tier,
  TierDefinition,
  TierMode,
} from './core/catalog/milestone.js'
export type { CapPeriod, PointsByProperty, PointsRule } from './core/catalog/points-rule.js'
export type { Rarity } from './core/catalog/rarity.js'
export type { RetentionRule } from './core/catalog/retention.js'
export type {
  BoostedGain,
  CountedCompletions,
  CutGain,
  CutGains,
  DecidedBy,
  ExplainedBase,
  ExplainedCompletion,
  ExplainedGain,
  ExplainedGains,
  ExplainedMetric,
  ExplainedMilestone,
  ExplainedMilestones,
  ExplainedNode,
  ExplainedParts,
  ExplainedPoints,
  ExplainedStep,
  Explanation,
  ManualDecision,
  NotCountedCompletions,
  NotCountedReason,
  UndoneCompletion,
  UndoneCompletions,
} from './core/explain/explanation.js'
export { explanationText } from './core/explain/explanation-text.js'
export { lintCatalog } from './core/lint/lint.js'
export type { CatalogWarning, WarningKind } from './core/lint/warning.js'
export type { CompletionFilter, During, TimeLimits } from './core/metrics/filter.js'
export type { ItemList } from './core/metrics/item-list.js'
export type { BestRequirement } from './core/metrics/kinds/best.js'
export type { CountRequirement } from './core/metrics/kinds/count.js'
export type { LowestRequirement } from './core/metrics/kinds/lowest.js'
export type { StreakRequirement } from './core/metrics/kinds/streak.js'
export type { TotalRequirement } from './core/metrics/kinds/total.js'
export type { KindName, MetricRequirement, MetricRequirements } from './core/metrics/kinds.js'
export type { IdleReason, RefusalReason } from './core/metrics/refusal.js'
export type {
  BadgeId,
  BadgeTime,
  CompositeRequirement,
  ExpandedRequirement,
  HandWrittenRequirement,
  LevelRequirement,
  MilestoneId,
  MilestonesRequirement,
  PointsRequirement,
  Requirement,
  RequirementOf,
  RequirementOfType,
  RequirementType,
  SomeRequirement,
  TieredRequirement,
  TierId,
  TutorialRequirement,
  WithoutTarget,
} from './core/metrics/requirement.js'
export type { StreakFreezes, StreakPlace } from './core/metrics/streak-place.js'
export type { TutorialCategories } from './core/metrics/tutorial-requirement.js'
export type { When } from './core/metrics/when.js'
export type { Scalar, Where, WhereTest } from './core/metrics/where.js'
export type { MilestoneStatus } from './core/progress/milestone-status.js'
export type { ExplainedHolding } from './core/progress/named-badge.js'
export type { CompleteStep, NextStep } from './core/progress/next-step.js'
export type { HiddenProgress, MilestoneProgress, ShownProgress } from './core/progress/progress.js'
export type { NextMilestone } from './core/progress/what-next.js'
export type { PeriodUnit } from './core/time/period.js'
export type { Weekday } from './core/time/weekday.js'
export type { TimeWindow } from './core/time/window.js'
export type { ZoneSince } from './core/time/zone-stretches.js'
export type { AttributeChanges, UserAttributes, UserGroup } from './core/users/attributes.js'
export type { Completion, CompletionInput } from './core/users/completion.js'
export type { DifferingField } from './core/users/differs.js'
export type { ImportField, ImportMapping, ImportRow, RowFault } from './core/users/import-mapping.js'
export type { Visibility } from './core/users/visibility.js'
export { type ErrorCode, errorCodes, isMilepostError, MilepostError } from './core/values/errors.js'
export type { Writable } from './core/values/fresh.js'
export type { Json, Metadata } from './core/values/metadata.js'
export type { CatalogFault } from './core/values/shape-faults.js'
export type { LocalizedText } from './core/values/text.js'
export type { AwardListener } from './service/awards/announce.js'
export type { MilestoneReader, MilestoneService, RecordCalls } from './service/calls.js'
export type { CatalogCalls } from './service/catalog/catalog-calls.js'
export type { ApplyOptions, ApplyReport } from './service/catalog/count-by-version.js'
export type { CatalogVersion } from './service/catalog/list-versions.js'
export type { CatalogPlan, PlannedRename, PlanOptions } from './service/catalog/plan.js'
export type {
  Affected,
  BeyondLimitWarning,
  FoldedDaysWarning,
  FoldedWarning,
  ListWarning,
  PaidAgainWarning,
  PlanWarning,
  RetentionWarning,
} from './service/catalog/plan-warning.js'
export type { WhenUnapplied } from './service/catalog/unapplied.js'
export type { Balance, CoinEntry, CoinHistoryPage, CoinHistoryQuery, Debts } from './service/coins/balance.js'
export type { CoinCalls } from './service/coins/coin-calls.js'
export type { RefundInput, RefundResult, SpendInput, Spending, SpendResult } from './service/coins/spend.js'
export type { CatalogChanges, ChangedSide } from './service/context/catalog-changes.js'
export type { CatalogInEffect } from './service/context/catalog-in-effect.js'
export type { Award, CallOptions, ReadOptions } from './service/context/context.js'
export type { ManualChange } from './service/context/manual-change.js'
export type { Trace, TracedWork } from './service/context/tracing.js'
export type { FoldOptions, FoldProgress, FoldReport } from './service/fold/fold.js'
export type { FoldCalls } from './service/fold/fold-calls.js'
export type { FoldDueOptions, FoldedCount } from './service/fold/fold-due.js'
export type { FoldCount } from './service/fold/fold-page.js'
export type { FollowedCount } from './service/follow/count-followed.js'
export type { CountFollowedOptions, FollowCalls } from './service/follow/follow-calls.js'
export type { FollowColumns, FollowOptions } from './service/follow/follow-options.js'
export {
  type FollowReport,
  followTable,
  type UnfollowOptions,
  type UnfollowReport,
  unfollowTable,
} from './service/follow/follow-table.js'
export type { ImportFollowedOptions } from './service/follow/import-followed.js'
export { type FollowedTableReport, type ListFollowedOptions, listFollowed } from './service/follow/list-followed.js'
export type { ImportOptions } from './service/import/import.js'
export type { ImportCalls } from './service/import/import-calls.js'
export type { DuplicateRow, ImportProgress, ImportReport, RefusedRow } from './service/import/import-report.js'
export type { ImportSource, ImportText } from './service/import/import-source.js'
export type { AdjustPointsInput, AdjustPointsResult } from './service/manual/adjust-points.js'
export type { GrantFreezeInput, GrantFreezeResult, StreakFreeze } from './service/manual/grant-freeze.js'
export type { AwardBadgeInput, AwardResult, RevokeBadgeInput, RevokeResult } from './service/manual/manual-badge.js'
export type { ManualCalls } from './service/manual/manual-calls.js'
export type { DeletePauseResult, PauseOptions, StreakPause } from './service/manual/pause.js'
export type { PauseInput } from './service/manual/pause-input.js'
export type { CompletionKey, UndoResult } from './service/manual/undo.js'
export { createMilestoneService } from './service/milestone-service.js'
export type { BoardPeriod } from './service/read/board.js'
export type { ExplainOptions } from './service/read/explain.js'
export type { LeaderboardEntry, LeaderboardPage, LeaderboardQuery } from './service/read/leaderboard.js'
export type { HiddenMilestone, ListedMilestone } from './service/read/list-milestones.js'
export type { UserProgress } from './service/read/progress.js'
export type { ReadCalls } from './service/read/read-calls.js'
export type { MilestoneStatistics, Share, StatisticsOptions, StatisticsPage } from './service/read/statistics.js'
export type { NextOptions } from './service/read/what-next.js'
export type { RecordResult } from './service/record/record.js'
export type { RebuildReport } from './service/recount/rebuild.js'
export type { RecountCalls } from './service/recount/recount-calls.js'
export type { UserProgressCount } from './service/recount/user-count.js'
export type { Difference, VerifyQuery } from './service/recount/verify.js'
export type { MilestoneServiceOptions } from './service/service-options.js'
export type { EraseResult, ReturnResult } from './service/users/erase.js'
export type { ExportedRow, UserExport } from './service/users/export.js'
export type { MergeInput, MergeResult, RenameResult } from './service/users/merge.js'
export type { UnseenOptions } from './service/users/seen.js'
export type { UpdateSettingsOptions, UserSettings, UserSettingsChanges } from './service/users/settings.js'
export type { UserCalls } from './service/users/user-calls.js'
export { fromKnex, type KnexTransaction } from './store/database/adapters/knex.js'
export { fromKysely, type KyselyTransaction } from './store/database/adapters/kysely.js'
export { fromPrisma, type PrismaTransaction } from './store/database/adapters/prisma.js'
export { fromTypeOrm, type TypeOrmRunner, type TypeOrmTransaction } from './store/database/adapters/typeorm.js'
export type {
  Database,
  DrizzleDatabase,
  HostTransaction,
  PgClient,
  Pglite,
  PgliteTransaction,
  PgPool,
  PostgresJs,
} from './store/database/hosts.js'
export type { ApplyPolicy, StoredVersion } from './store/reports/catalog-versions.js'
export type { ItemListInfo } from './store/reports/item-lists.js'
export type { MigrateOptions, MigrationSqlOptions } from './store/schema/migrate.js'
export { migrate, migrationSql } from './store/schema/migrate.js'
export type { Migration } from './store/schema/migration-list.js'
