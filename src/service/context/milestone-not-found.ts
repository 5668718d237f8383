import { badgeIdParts } from '../../core/catalog/badge-id.js'
import { MilepostError } from '../../core/values/errors.js'

/**
 * Creates the error for a badge id that a catalog does not have. `known`: the ids that may be listed in the message.
 */
export function milestoneNotFound(badgeId: string, known: readonly string[]): MilepostError {
  const few = `${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`
  const message = `The catalog has no badge "${badgeId}". It has: ${few}.`
  return new MilepostError('MILESTONE_NOT_FOUND', message, {
    details: { id: badgeIdParts(badgeId).milestoneId, known },
  })
}
