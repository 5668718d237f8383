import { z } from '@hono/zod-openapi'
import { instant, nullableInstant, rarity } from './fields.js'

/** The coins of a badge or reward. */
export const coinsGiven = z
  .record(z.string(), z.int())
  .optional()
  .openapi({ description: 'The coins that it gives, by currency. Missing if it gives none' })

export const completionKey = z.object({ category: z.string(), itemKey: z.string() })

export const badge = z
  .object({
    id: z.string(),
    name: z.string(),
    icon: z.string().openapi({ description: 'Empty if there is none' }),
    description: z.string(),
    category: z.string().openapi({ description: 'The category of the milestone. Default: `milestone`' }),
    rarity,
    points: z.int(),
    coins: coinsGiven,
    unlocks: z.array(z.string()),
    earnedAt: instant,
    expiresAt: nullableInstant.openapi({
      description: 'When it expires: it is then still held and keeps its points, but unlocks nothing',
    }),
    awardedBy: z.nullable(completionKey).openapi({ description: 'The completion that earned the badge' }),
    replaces: z
      .nullable(z.string())
      .openapi({ description: 'The badge of the tier below, which is hidden while the user has this one' }),
  })
  .openapi('Badge')

export const badges = z.array(badge)
