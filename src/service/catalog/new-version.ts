import type { BadgeLimits } from '../../core/awards/badge-limits.js'
import { invalid } from '../../core/values/invalid.js'
import { recountTaken } from '../../store/progress/badge-places.js'
import { writeAudit } from '../../store/progress/decisions.js'
import {
  type ApplyPolicy,
  insertVersion,
  type NewVersion,
  type StoredVersion,
} from '../../store/reports/catalog-versions.js'
import type { ServiceContext } from '../context/context.js'
import { checkText } from '../context/manual-change.js'
import { write } from '../recount/write.js'
import type { ApplyOptions } from './count-by-version.js'

/** By which policy a version counts, and who makes it and why. */
export type VersionTerms = Pick<StoredVersion, 'policy' | 'by' | 'reason'>

const policies: readonly ApplyPolicy[] = ['keep', 'recompute', 'reprice']

/** Reads the terms of a new version from the options of a call. @throws INPUT_INVALID */
export function termsOf(options: ApplyOptions): VersionTerms {
  const { policy = 'keep', by = null, reason = null } = options
  if (!policies.includes(policy)) throw invalid('policy', `must be one of ${policies.join(', ')}`, String(policy))
  if (by !== null) checkText('by', by)
  if (reason !== null) checkText('reason', reason)
  return { policy, by, reason }
}

/**
 * Stores a version if its number is free, with an entry in the audit log. Null if it is taken. `closed`: the badges whose
 * places nobody takes until every user is counted.
 */
export async function storeVersion(
  given: ServiceContext,
  fresh: Omit<NewVersion, 'startedAt'>,
  closed: BadgeLimits = new Map(),
): Promise<StoredVersion | null> {
  const { version, policy, list, items, by, reason } = fresh
  const { tables } = given
  const startedAt = given.now()
  const details = { version, policy, ...(list !== null && { list, itemCount: items!.length }) }
  const action = list === null ? 'apply' : 'set-items'
  const isStored = await write(given, {}, async tx => {
    if (!(await insertVersion(tx, tables, { ...fresh, startedAt }))) return false
    // The entry has no user id, because it concerns all users.
    await writeAudit(tx, tables, {
      userId: '',
      action,
      by,
      reason: reason ?? 'No reason given',
      at: startedAt,
      details,
    })
    await recountTaken(tx, tables, closed, 'close')
    return true
  })
  return isStored ? { ...fresh, startedAt, appliedAt: null, resumeAfter: null, userCount: 0 } : null
}
