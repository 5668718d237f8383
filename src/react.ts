export { AwardToaster, type AwardToasterProps } from './react/award-toaster.js'
export { BadgeGrid, type BadgeGridProps } from './react/badge-grid.js'
export { BadgeStone, type BadgeStoneProps } from './react/badge-stone.js'
export type { Celebration } from './react/celebrations.js'
export { Checklist, type ChecklistProps } from './react/checklist.js'
export {
  useExplanation,
  useLeaderboard,
  useMilestone,
  useMilestones,
  useProgress,
  useTexts,
  useUnlock,
  useWhatNext,
} from './react/hooks.js'
export { Leaderboard, type LeaderboardProps } from './react/leaderboard.js'
export { LevelBar } from './react/level-bar.js'
export { MilestoneCard, type MilestoneCardProps } from './react/milestone-card.js'
export type { MilestoneView } from './react/milestone-view.js'
export type { HeadingLevel } from './react/pieces.js'
export type { LeaderboardOptions, LeaderboardView } from './react/places.js'
export { type InitialData, MilepostProvider, type MilepostProviderProps } from './react/provider.js'
export type { MilestoneSource } from './react/source.js'
export { Streak, type StreakProps } from './react/streak.js'
export type { ExplainedPart, Texts } from './react/texts.js'
export { type Awards, useAwards } from './react/use-awards.js'
export type { Query } from './react/use-query.js'
export { WhyNot, type WhyNotProps } from './react/why-not.js'
