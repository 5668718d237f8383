import { invalid } from '../../core/values/invalid.js'
import type { MilestoneService } from '../../service/calls.js'
import type { Feed } from '../../service/server/feed.js'
import { forgetDeliveries, type WebhookContext } from '../../service/server/webhooks.js'
import type { DeliveryPass } from '../webhooks/deliver-due.js'

/** What `deliverOnce` did. */
export type DeliverReport = {
  /** Webhook messages that were accepted. */
  deliveredCount: number
  /** Attempts that failed. They are made again later, or were the last one. */
  failedCount: number
  /** Users of whom rows came from followed tables, and who were counted. */
  userCount: number
  awardedCount: number
  /** Completions that were undone because their rows were deleted from followed tables. */
  undoneCount: number
  /** Completions that were folded by the retention rules of the catalog. */
  foldedCount: number
  /** Whether something is left to do: call again soon. */
  isMoreDue: boolean
}

/** What is due at a server, and how it is done. */
export type DueWork = {
  readonly service: Pick<MilestoneService, 'countFollowed' | 'foldDue'>
  readonly feed: Feed
  readonly webhooks: WebhookContext
  readonly deliver: (until: number) => Promise<DeliveryPass>
}

/** How long a call takes at most if it does not say. */
export const defaultDeadlineMs = 10_000

// What a call may be given.
const [shortestMs, longestMs] = [100, 900_000] as const

/**
 * Does what is due: counts users of followed tables, which leads to new messages, delivers these and older ones, and folds
 * what the catalog does not keep any more. Keeps the outbox open, since otherwise nothing would be written there.
 * @throws INPUT_INVALID
 */
export async function runDue(
  { service, feed, webhooks, deliver }: DueWork,
  deadlineMs: number,
): Promise<DeliverReport> {
  if (!Number.isFinite(deadlineMs) || deadlineMs < shortestMs || deadlineMs > longestMs)
    throw invalid('deadlineMs', `must be a number of milliseconds from ${shortestMs} to ${longestMs}`)
  const until = performance.now() + deadlineMs
  await feed.keep()
  // Half the time at most, so that a large import into a followed table does not stop the webhooks.
  const { isMoreDue, ...counted } = await service.countFollowed({ deadlineMs: (until - performance.now()) / 2 })
  const delivered = await deliver(until)
  if (performance.now() < until) await forgetDeliveries(webhooks)
  const folded = await service.foldDue({ deadlineMs: until - performance.now() })
  return {
    ...{ ...counted, ...delivered },
    foldedCount: folded.completionCount,
    isMoreDue: isMoreDue || delivered.isMoreDue || folded.isMoreDue,
  }
}
