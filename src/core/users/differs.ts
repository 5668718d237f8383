import { canonicalJson } from '../values/canonical-json.js'
import { aheadLimitMs, badgeCategory, type Completion, type NewCompletion } from './completion.js'

/** The fields in which a repeated completion may differ from the stored one. */
export type DifferingField = 'completedAt' | 'metadata'

export const differingFields = ['completedAt', 'metadata'] as const satisfies readonly DifferingField[]

/**
 * Returns the fields in which a repeated completion differs from the one stored under its key. Fields that were not
 * passed cannot differ.
 */
export function differingIn(given: NewCompletion, stored: Completion): DifferingField[] {
  return differingFields.filter(field => (field === 'metadata' ? hasOtherMetadata : hasOtherTime)(given, stored))
}

function hasOtherMetadata({ metadata, isMetadataGiven }: NewCompletion, stored: Completion): boolean {
  // A badge is stored with content from the catalog, so its metadata is not compared.
  if (stored.category === badgeCategory) return false
  return isMetadataGiven && canonicalJson(metadata) !== canonicalJson(stored.metadata)
}

function hasOtherTime({ givenAt }: NewCompletion, { completedAt, recordedAt }: Completion): boolean {
  if (givenAt === null || givenAt.getTime() === completedAt.getTime()) return false
  // Its time was in the future when it was recorded, so it was stored with the time of recording.
  const wasAhead = givenAt > recordedAt && givenAt.getTime() - completedAt.getTime() <= aheadLimitMs
  return !wasAhead
}
