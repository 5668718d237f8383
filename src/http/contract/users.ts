import { z } from '@hono/zod-openapi'
import { badge, badges } from './badge.js'
import { debts } from './coins.js'
import { explanation } from './explanation.js'
import {
  atMost,
  attributeChanges,
  attributes,
  badgeId,
  cursor,
  flag,
  givenInstant,
  limit,
  locale,
  next,
  reason,
  userId,
  userParams,
  visibility,
  wholeNumber,
} from './fields.js'
import { nextMilestone } from './next-steps.js'
import { dearWeight, operation } from './operation.js'
import { progress } from './progress.js'
import { userExport } from './user-export.js'

const own = { scope: 'read', user: 'own' } as const
const settings = z
  .object({ timeZone: z.string(), dayStartsAt: z.nullable(z.string()), visibility, attributes })
  .openapi('Settings')
const manualChange = z.strictObject({ badgeId, reason })
const seenLimit = 1_000

/** What is read of one user. */
export const userReadOperations = {
  getUserProgress: operation({
    method: 'get',
    path: '/v1/users/{userId}/progress',
    tag: 'Users',
    summary: 'Get the progress of a user',
    access: own,
    params: userParams,
    query: z.strictObject({ locale }),
    answer: progress,
  }),
  getUserBadges: operation({
    method: 'get',
    path: '/v1/users/{userId}/badges',
    tag: 'Users',
    summary: 'List the badges of a user',
    description: 'Sorted by date. If tiers replace each other, only the highest is listed.',
    access: own,
    isPaged: true,
    params: userParams,
    query: z.strictObject({ locale, limit, cursor }),
    answer: z.object({ badges, next }),
  }),
  getUserUnlocks: operation({
    method: 'get',
    path: '/v1/users/{userId}/unlocks',
    tag: 'Users',
    summary: 'List the unlocks of a user',
    access: own,
    params: userParams,
    answer: z.object({ unlocks: z.array(z.string()) }),
  }),
  whatNext: operation({
    method: 'get',
    path: '/v1/users/{userId}/next',
    tag: 'Users',
    summary: 'List the milestones a user is closest to',
    access: own,
    params: userParams,
    query: z.strictObject({
      locale,
      limit: atMost.openapi({ description: 'The maximum number of milestones. Default: 5' }),
    }),
    answer: z.object({ milestones: z.array(nextMilestone) }),
  }),
  getUnseenBadges: operation({
    method: 'get',
    path: '/v1/users/{userId}/unseen',
    tag: 'Users',
    summary: 'List badges that were not celebrated yet',
    access: own,
    params: userParams,
    query: z.strictObject({
      locale,
      includeBackfilled: flag.optional().openapi({
        description: 'Whether to include badges that a recount, an apply or an import found, which may be old',
      }),
    }),
    answer: z.object({ badges }),
  }),
  explain: operation({
    method: 'get',
    path: '/v1/users/{userId}/milestones/{id}/explanation',
    tag: 'Users',
    summary: 'Explain why a user has a badge, or does not have it yet',
    description: '`includeHidden` needs a server key: it reveals what users should not see.',
    access: own,
    weight: dearWeight,
    params: z.strictObject({ userId, id: badgeId }),
    query: z.strictObject({
      locale,
      limit: wholeNumber(0, 100)
        .default(10)
        .openapi({ description: 'The maximum length of each list of completions or gains' }),
      includeHidden: flag.optional().openapi({ description: 'Whether to explain hidden milestones too' }),
    }),
    restricted: { includeHidden: { isRefused: value => value === true, detail: 'takes a server key' } },
    answer: explanation,
    refusals: ['MILESTONE_NOT_FOUND'],
  }),
  getUserSettings: operation({
    method: 'get',
    path: '/v1/users/{userId}/settings',
    tag: 'Users',
    summary: 'Get the time zone, start of days, visibility and attributes of a user',
    access: own,
    params: userParams,
    answer: settings,
  }),
  exportUser: operation({
    method: 'get',
    path: '/v1/users/{userId}/export',
    tag: 'Users',
    summary: 'Export everything stored about a user',
    access: { scope: 'admin' },
    params: userParams,
    answer: userExport,
  }),
} as const

/** What is done to one user. */
export const userWriteOperations = {
  checkAndAwardMilestones: operation({
    method: 'post',
    path: '/v1/users/{userId}/check',
    tag: 'Users',
    summary: 'Recalculate a user and award what is due',
    description: 'For rows that the app inserted itself. Reads the whole history of the user.',
    access: { scope: 'record' },
    params: userParams,
    answer: z.object({ awarded: badges }),
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
  markSeen: operation({
    method: 'post',
    path: '/v1/users/{userId}/seen',
    tag: 'Users',
    summary: 'Mark badges as celebrated',
    description:
      'Returns the badges that were not marked before: if two devices mark the same badge, only one gets it back.',
    access: { scope: 'record', user: 'own' },
    isIdempotent: true,
    isRepeatable: true,
    idleAnswer: { seen: [] },
    params: userParams,
    body: z.strictObject({ badgeIds: z.array(badgeId).max(seenLimit) }),
    example: { badgeIds: ['first-steps'] },
    answer: z.object({ seen: z.array(z.string()) }),
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
  awardBadge: operation({
    method: 'post',
    path: '/v1/users/{userId}/award',
    tag: 'Users',
    summary: 'Award a badge manually',
    access: { scope: 'award' },
    isIdempotent: true,
    params: userParams,
    body: manualChange.extend({
      at: givenInstant.optional().openapi({
        description:
          'The date of the badge, not in the future. Default: now. A badge the user already has keeps its date',
      }),
    }),
    example: { badgeId: 'first-steps', reason: 'Won at the spring fair' },
    answer: z.object({ status: z.enum(['awarded', 'held']), badge, awarded: badges }),
    refusals: ['MILESTONE_NOT_FOUND', 'BADGE_LIMIT_REACHED', 'USER_ERASED', 'USER_BUSY'],
  }),
  revokeBadge: operation({
    method: 'post',
    path: '/v1/users/{userId}/revoke',
    tag: 'Users',
    summary: 'Revoke a badge manually, and the badges that depended on it',
    access: { scope: 'award' },
    isIdempotent: true,
    params: userParams,
    body: manualChange.extend({
      lasting: z.boolean().optional().openapi({
        description:
          'Whether the badge stays revoked until it is awarded manually. Default: false for a badge that was only awarded manually, otherwise true',
      }),
    }),
    example: { badgeId: 'first-steps', reason: 'Given by mistake' },
    answer: z.object({ status: z.enum(['revoked', 'not-held']), revoked: badges, debts }),
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
  updateUserSettings: operation({
    method: 'put',
    path: '/v1/users/{userId}/settings',
    tag: 'Users',
    summary: 'Update the time zone, start of days, visibility and attributes of a user',
    description:
      'All changes are applied, or none. Omitted fields stay unchanged. Leaderboards can be filtered by attributes. With their own token, users can change the time zone and the start of days five times a day.',
    access: { scope: 'record', user: 'own' },
    params: userParams,
    body: z.strictObject({
      timeZone: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .openapi({ description: 'An IANA name', example: 'Europe/Berlin' }),
      timeZoneSince: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'When this time zone took effect, if in the past. Needs a server key.' }),
      dayStartsAt: z.nullable(z.string().max(5)).optional().openapi({
        description: 'When the days of the user start, from 00:00 to 12:00. null: as the catalog says',
        example: '04:00',
      }),
      dayStartsAtSince: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'When this start of days took effect, if in the past. Needs a server key.' }),
      visibility: visibility.optional(),
      attributes: attributeChanges.optional(),
    }),
    example: { timeZone: 'Europe/Berlin', visibility: 'quiet', attributes: { team: 'red' } },
    answer: settings,
    refusals: ['USER_ERASED', 'USER_BUSY', 'CHANGE_LIMITED'],
  }),
  eraseUser: operation({
    method: 'post',
    path: '/v1/users/{userId}/erase',
    tag: 'Users',
    summary: 'Delete all data of a user',
    description: 'Later writes for this id are refused, so that a late retry does not bring the user back.',
    access: { scope: 'admin' },
    isIdempotent: true,
    params: userParams,
    body: z.strictObject({ reason }),
    example: { reason: 'The user asked for it' },
    answer: z.object({
      status: z.enum(['erased', 'already-erased', 'merged']),
      userHash: z.string(),
      rowCount: z.int(),
      mergedInto: z.string().optional().openapi({
        description: 'With `merged`: the id is a former id of this user, and nothing was deleted',
      }),
    }),
    refusals: ['USER_BUSY'],
  }),
  mergeUsers: operation({
    method: 'post',
    path: '/v1/users/{userId}/merge',
    tag: 'Users',
    summary: 'Merge a user into another one',
    description:
      'For a visitor who signs up, or two accounts of one person. Everything of the user in the path becomes that of `into`, and later calls for the id count for `into`. Of two completions with one key, the earlier one stays. Repeating it changes nothing. It cannot be reverted.',
    access: { scope: 'admin' },
    isIdempotent: true,
    isRepeatable: true,
    params: userParams,
    body: z.strictObject({ into: userId, reason }),
    example: { into: 'bob', reason: 'Two accounts of one person' },
    answer: z.object({
      status: z.enum(['merged', 'already-merged']),
      userId: z.string().openapi({ description: 'The user who has everything now' }),
      completionCount: z.int(),
      duplicateCount: z.int().openapi({ description: 'Completions that both had. The earlier ones stayed' }),
      awarded: badges,
      revoked: badges,
    }),
    refusals: ['USER_ERASED', 'HISTORY_FOLDED', 'USER_BUSY'],
  }),
  renameUser: operation({
    method: 'post',
    path: '/v1/users/{userId}/rename',
    tag: 'Users',
    summary: 'Give a user another id',
    description: 'The former id stays one of the user: later calls for it count for the new one.',
    access: { scope: 'admin' },
    isIdempotent: true,
    isRepeatable: true,
    params: userParams,
    body: z.strictObject({ to: userId, reason: reason.optional() }),
    example: { to: 'anna' },
    answer: z.object({ status: z.enum(['renamed', 'already-renamed']), userId: z.string() }),
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
} as const
