import { canonicalJson } from '../values/canonical-json.js'
import { aheadLimitMs, badgeCategory, type Completion, type NewCompletion } from './completion.js'

/** What a repeat of a completion may say otherwise than what is stored. */
export type DifferingField = 'completedAt' | 'metadata'

export const differingFields = ['completedAt', 'metadata'] as const satisfies readonly DifferingField[]

/** Tells in what a repeat differs from the completion that is stored under its key. What it does not say cannot differ. */
export function differingIn(given: NewCompletion, stored: Completion): DifferingField[] {
  return differingFields.filter(field => (field === 'metadata' ? hasOtherMetadata : hasOtherTime)(given, stored))
}

function hasOtherMetadata({ metadata, isMetadataGiven }: NewCompletion, stored: Completion): boolean {
  // A badge is stored with what the catalog says of it.
  if (stored.category === badgeCategory) return false
  return isMetadataGiven && canonicalJson(metadata) !== canonicalJson(stored.metadata)
}

function hasOtherTime({ givenAt }: NewCompletion, { completedAt, recordedAt }: Completion): boolean {
  if (givenAt === null || givenAt.getTime() === completedAt.getTime()) return false
  // It lay ahead when it was recorded, so it was stored as of that moment.
  const wasAhead = givenAt > recordedAt && givenAt.getTime() - completedAt.getTime() <= aheadLimitMs
  return !wasAhead
}
