export type {
  CountedCompletions,
  ExplainedBase,
  ExplainedGains,
  ExplainedMetric,
  ExplainedMilestones,
  ExplainedNode,
  ExplainedParts,
  ExplainedPoints,
  NotCountedCompletions,
} from './core/explain/explanation.js'
export type { MetricRequirement } from './core/metrics/kinds.js'
export type { BadgeId, BadgeTime, MilestoneId } from './core/metrics/requirement.js'
export type { StreakFreezes, StreakPlace } from './core/metrics/streak-place.js'
export type { MilestoneStatus } from './core/progress/milestone-status.js'
export type { ExplainedHolding } from './core/progress/named-badge.js'
export type { CompleteStep, NextStep } from './core/progress/next-step.js'
export type { ShownProgress } from './core/progress/progress.js'
export type { NextMilestone } from './core/progress/what-next.js'
export { spanish } from './react/languages/es.js'
export type { ExplainedPart, Texts } from './react/texts.js'
