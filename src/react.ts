export type { ChangedByCaller, ClientCallOptions, MilepostClient, OverHttp } from './client/calls.js'
export type { CatalogNames, CategoryOf, IdOf, MilestoneIdOf, TraitsOf, UnlockOf } from './client/catalog-names.js'
export type { StreamEventOf, StreamOptions, StreamState } from './client/stream-event.js'
export type { Badge } from './core/awards/badge.js'
export type { Coins } from './core/catalog/milestone.js'
export type { ExplainedNode, Explanation } from './core/explain/explanation.js'
export type { RequirementOf } from './core/metrics/requirement.js'
export type { ShownProgress } from './core/progress/progress.js'
export type { NextMilestone } from './core/progress/what-next.js'
export { AwardToaster, type AwardToasterProps } from './react/award-toaster.js'
export { BadgeGrid, type BadgeGridProps } from './react/badge-grid.js'
export { BadgeStone, type BadgeStoneProps } from './react/badge-stone.js'
export type { Celebration, CelebrationState } from './react/celebrations.js'
export { Checklist, type ChecklistProps } from './react/checklist.js'
export { CoinBalance, type CoinBalanceProps } from './react/coin-balance.js'
export type { TextsContext } from './react/context.js'
export {
  useBalance,
  useExplanation,
  useLeaderboard,
  useMilestone,
  useMilestones,
  useProgress,
  useTexts,
  useUnlock,
  useWhatNext,
} from './react/hooks.js'
export { Leaderboard, type LeaderboardProps, Leaderboards, type LeaderboardsProps } from './react/leaderboard.js'
export { LevelBar } from './react/level-bar.js'
export { MilestoneCard, type MilestoneCardProps } from './react/milestone-card.js'
export type { MilestoneView } from './react/milestone-view.js'
export type { HeadingLevel } from './react/pieces.js'
export type { LeaderboardOptions, LeaderboardView } from './react/places.js'
export type { SentInitial } from './react/provider.js'
export { type InitialData, MilepostProvider, type MilepostProviderProps } from './react/provider.js'
export type { QueryState } from './react/snapshot.js'
export type { MilestoneSource } from './react/source.js'
export { Streak, type StreakProps } from './react/streak.js'
export type { ExplainedPart, Texts } from './react/texts.js'
export { type Awards, useAwards } from './react/use-awards.js'
export type { Query } from './react/use-query.js'
export { WhyNot, type WhyNotProps } from './react/why-not.js'
export type { MilestoneReader, MilestoneService } from './service/calls.js'
export type { Balance } from './service/coins/balance.js'
export type { BoardPeriod } from './service/read/board.js'
export type { LeaderboardEntry, LeaderboardPage } from './service/read/leaderboard.js'
export type { ListedMilestone } from './service/read/list-milestones.js'
export type { UserProgress } from './service/read/progress.js'
