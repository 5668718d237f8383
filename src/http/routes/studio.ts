import { cursorOf } from '../../service/context/cursor.js'
import { describeBoards } from '../../service/studio/described-boards.js'
import { listMeasuredMilestones, type MeasuredMilestone, spreadTimeToEarn } from '../../service/studio/milestones.js'
import { createOverviewReader } from '../../service/studio/overview.js'
import { verifySome } from '../../service/studio/verify-some.js'
import { defaultSchema } from '../../store/schema/tables.js'
import { readAudit } from '../../store/studio/audit.js'
import { type HeldBadge, readHeldBadges } from '../../store/studio/badge-list.js'
import { readDatabaseFacts } from '../../store/studio/database-facts.js'
import type { studioOperations } from '../contract/studio.js'
import type { studioUserOperations } from '../contract/studio-users.js'
import type { ServerContext } from '../server/server-context.js'
import type { Handlers } from './calls.js'
import { cutPage, placeAt } from './place-cursor.js'

type Ids = Exclude<keyof typeof studioOperations, keyof typeof studioUserOperations>

/** Answers what Studio reads that is about no single user. */
export function studioHandlers(context: ServerContext): Handlers<Ids> {
  const { service, db, tables } = context
  const readOverview = createOverviewReader(context, context.onError)
  const schema = context.options.schema ?? defaultSchema
  return {
    getStudioOverview: ({ query: { days } }) => readOverview(days),
    listAwards: ({ query }) => heldPage(context, undefined, query),
    listHolders: ({ params: { id }, query }) => heldPage(context, id, query),
    listStudioMilestones: async () => {
      const { asOf, milestones } = await listMeasuredMilestones(service)
      return { asOf, milestones: milestones.map(shownMilestone) }
    },
    // Studio is in English.
    listStudioBoards: async () => ({ boards: await describeBoards(service, 'en') }),
    getTimeToEarn: ({ params: { id } }) => spreadTimeToEarn(context, id),
    listAudit: async ({ query: { userId, limit, cursor } }) => {
      const before = placeAt(cursor, ['id', 'text'])
      const { items, next } = cutPage(
        await readAudit(db, tables, { userId, before, limit: limit + 1 }),
        limit,
        entry => [entry.id, entry.userId],
      )
      return { entries: items, next }
    },
    getCatalogVersions: async ({ query: { limit } }) => {
      const versions = await service.getCatalogVersions({ limit })
      return {
        // Not the definitions, which are large, nor how far an apply got, which is a user's id.
        versions: versions.map(({ version, policy, list, by, reason, startedAt, appliedAt, userCount }) => {
          return { version, policy, list, by, reason, startedAt, appliedAt, userCount }
        }),
      }
    },
    getDatabaseFacts: () => readDatabaseFacts(db, schema),
    verify: async ({ body }) => {
      const { last, ...rest } = await verifySome(context, placeAt(body?.cursor, ['text'])?.[0])
      return { ...rest, next: last === null ? null : cursorOf([last]) }
    },
  }
}

async function heldPage(
  { db, tables }: ServerContext,
  badgeId: string | undefined,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const before = placeAt(cursor, ['micros', 'text', 'text'])
  const found = await readHeldBadges(db, tables, { badgeId, before, limit: limit + 1 })
  const { items, next } = cutPage(found, limit, ({ place }) => place)
  return { awards: items.map(shownHeld), next }
}

function shownHeld({ userId, badgeId, metadata, earnedAt }: HeldBadge) {
  const { badge, badgeIcon, points } = metadata
  return {
    userId,
    badgeId,
    name: typeof badge === 'string' ? badge : badgeId,
    icon: typeof badgeIcon === 'string' ? badgeIcon : '',
    points: typeof points === 'number' ? points : 0,
    earnedAt,
  }
}

function shownMilestone(milestone: MeasuredMilestone) {
  const { id, title, description, icon, category, rarity, requirement, after, onUndo, hidden, isRetired } = milestone
  const { holderCount, ofAll, ofActive, ofEligible, timeToEarn, reward, outline } = milestone
  return {
    ...{ id, title, description, category, rarity, requirement, after, onUndo, hidden, isRetired },
    ...{ holderCount, ofAll, ofActive, ofEligible, timeToEarn, outline },
    icon: icon || reward.badgeIcon,
    points: reward.points,
    unlocks: reward.unlocks,
    tierOf: milestone.tier?.of ?? null,
    isRepeatable: milestone.repeatable !== null,
    expiresAfter: milestone.expiresAfter,
    limit: milestone.limit,
  }
}
