import { z } from '@hono/zod-openapi'
import { badges } from './badge.js'
import { instant, nullableInstant, visibility } from './fields.js'

const streakFreezes = z.object({
  held: z.int(),
  used: z.int().openapi({ description: 'How many the current streak has used' }),
  nextIn: z.nullable(z.int()).openapi({ description: 'How many more periods until one is earned' }),
  usesAt: nullableInstant,
})

export const streakPlace = z
  .object({ current: z.int(), best: z.int(), endsAt: nullableInstant, freezes: streakFreezes.optional() })
  .openapi('StreakPlace')

export const milestoneStatus = z
  .enum(['earned', 'expired', 'open', 'locked', 'upcoming', 'over', 'full', 'revoked', 'retired'])
  .openapi('MilestoneStatus', {
    description:
      '`expired`: every badge of it that the user holds has expired. `locked`: required badges are missing. `upcoming`, `over`: not available yet, or no longer. `revoked`: revoked manually. `retired`: no longer awarded',
  })

const shownProgress = z.object({
  isHidden: z.literal(false),
  id: z.string(),
  current: z.number(),
  target: z.number(),
  ratio: z.number().openapi({ description: '`current / target`, at most 1. For a level: points / points needed' }),
  status: milestoneStatus,
  isEarned: z.boolean(),
  earnedAt: instant.optional(),
  expiresAt: instant.optional().openapi({ description: 'When the badge that lasts longest expires' }),
  timesEarned: z.int(),
  isLocked: z.boolean(),
  streak: streakPlace.optional(),
})

/** Stands for a milestone of which nothing is said until it is earned. */
export const hidden = z.object({ isHidden: z.literal(true) })

export const progress = z
  .object({
    userId: z.string(),
    earnedBadges: badges,
    completedMilestones: z.array(z.string()),
    totalPoints: z.int(),
    level: z.int(),
    levelName: z.nullable(z.string()),
    levelPoints: z.int(),
    nextLevelPoints: z.nullable(z.int()),
    unlocks: z.array(z.string()),
    milestones: z.array(z.union([shownProgress, hidden])),
    timeZone: z.string(),
    visibility,
  })
  .openapi('Progress')
