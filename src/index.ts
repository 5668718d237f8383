export type { AttributeChanges, UserAttributes, UserGroup } from './core/attributes.js'
export type { AwardedBy, Badge } from './core/badge.js'
export {
  type Catalog,
  type CatalogDefinition,
  type CatalogTraits,
  defineCatalog,
  parseCatalog,
} from './core/catalog.js'
export { catalogJsonSchema } from './core/catalog-schema.js'
export type { Completion, CompletionInput } from './core/completion.js'
export { type ErrorCode, errorCodes, isMilepostError, MilepostError } from './core/errors.js'
export type {
  CappedGains,
  CountedCompletions,
  DecidedBy,
  DecisionByHand,
  ExplainedCompletion,
  ExplainedGain,
  ExplainedGains,
  ExplainedMetric,
  ExplainedMilestone,
  ExplainedMilestones,
  ExplainedNode,
  ExplainedParts,
  ExplainedPoints,
  Explanation,
  NotCountedCompletions,
  NotCountedReason,
  UndoneCompletion,
  UndoneCompletions,
} from './core/explanation.js'
export { explanationText } from './core/explanation-text.js'
export type { ImportField, ImportMapping, ImportRow } from './core/import-mapping.js'
export type { LevelPlace, LevelRule, NextLevelPoints } from './core/level.js'
export { lintCatalog } from './core/lint.js'
export type { CatalogWarning, WarningKind } from './core/lint-warning.js'
export type { Json, Metadata } from './core/metadata.js'
export type {
  Hiding,
  Milestone,
  MilestoneDefinition,
  OnUndo,
  Repetition,
  Reward,
  Tier,
  TierDefinition,
  TierMode,
} from './core/milestone.js'
export type { MilestoneStatus } from './core/milestone-status.js'
export type { ExplainedHolding } from './core/named-badge.js'
export type { CompleteStep, NextStep } from './core/next-step.js'
export type { PeriodUnit } from './core/period.js'
export type { PointsRule } from './core/points-rule.js'
export type { HiddenProgress, MilestoneProgress, ShownProgress } from './core/progress.js'
export type { Rarity } from './core/rarity.js'
export type {
  BadgeId,
  BadgeTime,
  BestRequirement,
  CompositeRequirement,
  CountRequirement,
  During,
  HandWrittenRequirement,
  LevelRequirement,
  MetricRequirement,
  MilestoneId,
  MilestonesRequirement,
  PointsRequirement,
  Requirement,
  RequirementOf,
  RequirementType,
  SomeRequirement,
  StreakRequirement,
  TieredRequirement,
  TierId,
  TotalRequirement,
  TutorialRequirement,
} from './core/requirement.js'
export type { CatalogFault } from './core/shape-faults.js'
export type { StreakPlace } from './core/streak-counting.js'
export type { LocalizedText } from './core/text.js'
export type { TutorialCategories } from './core/tutorial-requirement.js'
export type { Visibility } from './core/visibility.js'
export type { NextMilestone } from './core/what-next.js'
export type { Scalar, Where, WhereTest } from './core/where.js'
export type { TimeWindow } from './core/window.js'
export type { AwardListener } from './service/announce.js'
export type { ApplyOptions, ApplyReport } from './service/apply.js'
export type { AwardResult, RevokeResult } from './service/badge-by-hand.js'
export type { ManualChange } from './service/by-hand.js'
export type { MilestoneService } from './service/calls.js'
export type { CatalogChanges, ChangedSide } from './service/catalog-changes.js'
export type { Award, CallOptions, ReadOptions } from './service/context.js'
export type { EraseResult, ReturnResult } from './service/erase.js'
export type { ExplainOptions } from './service/explain.js'
export type { ExportedRow, UserExport } from './service/export.js'
export type { GoverningCatalog } from './service/governing-catalog.js'
export type { ImportOptions } from './service/import.js'
export type { DoubleRow, ImportProgress, ImportReport, RefusedRow } from './service/import-report.js'
export type { ImportSource, ImportText } from './service/import-source.js'
export type { LeaderboardEntry, LeaderboardPage, LeaderboardQuery } from './service/leaderboard.js'
export type { ListedMilestone } from './service/list-milestones.js'
export type { CatalogVersion } from './service/list-versions.js'
export { createMilestoneService, type MilestoneServiceOptions } from './service/milestone-service.js'
export type { DeletePauseResult, PauseOptions, StreakPause } from './service/pause.js'
export type { PauseInput } from './service/pause-input.js'
export type { Affected, CatalogPlan, PlannedRename, PlanOptions, PlanWarning } from './service/plan.js'
export type { UserProgress } from './service/progress.js'
export type { RebuildReport } from './service/rebuild.js'
export type { RecordResult } from './service/record.js'
export type { UnseenOptions } from './service/seen.js'
export type { MilestoneStatistics, Share, StatisticsOptions, StatisticsPage } from './service/statistics.js'
export type { Trace, TracedWork } from './service/tracing.js'
export type { WhenUnapplied } from './service/unapplied.js'
export type { CompletionKey, UndoResult } from './service/undo.js'
export type { UserProgressCount } from './service/user-count.js'
export type { Difference, VerifyQuery } from './service/verify.js'
export type { NextOptions } from './service/what-next.js'
export type { ApplyPolicy } from './store/catalog-versions.js'
export type { Database } from './store/database.js'
export { type Migration, migrate, migrationSql } from './store/migrate.js'
