import { isValidDate } from '../time/instant.js'
import { utf8Length } from '../values/code-points.js'
import { invalid, unreadableInput } from '../values/invalid.js'
import { checkKnownKeys, keysOf } from '../values/known-keys.js'
import { checkMetadata, kindOf, type Metadata, textFault } from '../values/metadata.js'

/** A completion to record: who completed what and, if not now, when. */
export type CompletionInput<Category extends string = string> = {
  /** The app's own id of the user, at most 255 bytes of UTF-8. */
  readonly userId: string
  /** At most 100 bytes of UTF-8; `milestone_badge` is reserved. */
  readonly category: Category
  /** What was completed, once per user and category; at most 512 bytes of UTF-8. */
  readonly itemKey: string
  readonly metadata?: Metadata
  /**
   * When it happened, from the year 1 on. Default: now. Up to 5 minutes in the future counts as now; later times are
   * refused.
   */
  readonly completedAt?: Date
}

/** A completion as it is stored. Times have a precision of milliseconds. */
export type Completion = {
  userId: string
  category: string
  itemKey: string
  metadata: Metadata
  completedAt: Date
  recordedAt: Date
}

/** A checked completion that is about to be stored, with its metadata as JSON text. */
export type NewCompletion = Omit<Completion, 'recordedAt'> & {
  readonly metadataJson: string
  /** As passed by the caller, or null. */
  readonly givenAt: Date | null
  readonly isMetadataGiven: boolean
}

/** The category of badges in `user_progress`. */
export const badgeCategory = 'milestone_badge'

export const idLimits = { userId: 255, category: 100, itemKey: 512, attribute: 255 } as const

/** How far a completion's time may be ahead of our clock, because the clocks of hosts differ. */
export const aheadLimitMs = 5 * 60_000

const earliest = Date.UTC(2000, 0, 1) - 1999 * 365.2425 * 86_400_000

/** What a check needs, besides the completion. `categories`: those that the catalog declares, if it does. */
export type CompletionCheck = {
  readonly now: Date
  readonly categories?: ReadonlySet<string> | undefined
  /** Whether the category of badges is allowed too. Only imports allow it, not `record`. */
  readonly allowsBadges?: boolean
}

/**
 * Checks one completion and copies it. `index`: its position in the caller's batch, for the error.
 * @throws INPUT_INVALID naming the field, what is wrong and how to fix it
 */
export function checkCompletion(input: CompletionInput, check: CompletionCheck, index?: number): NewCompletion {
  try {
    return checkedCompletion(input, check, index)
  } catch (error) {
    throw unreadableInput(error, 'completion', index)
  }
}

function checkedCompletion(input: CompletionInput, check: CompletionCheck, index?: number): NewCompletion {
  if (typeof input !== 'object' || input === null) throw invalid('completion', `is ${kindOf(input)}`, input, index)
  const { userId, category, itemKey } = input
  checkStoredId('userId', userId, { index })
  checkStoredId('category', category, { index })
  checkStoredId('itemKey', itemKey, { index })
  checkKnownKeys('record', input, completionKeys, { index })
  if (!(check.allowsBadges && category === badgeCategory)) checkCategory(category, check.categories, index)
  const { metadata: given, completedAt: at } = input
  const metadata = checkMetadata(given)
  if ('problem' in metadata) throw invalid(metadata.path, metadata.problem, undefined, index)
  const completedAt = checkTime(at, check.now, index)
  return {
    userId,
    category,
    itemKey,
    metadata: metadata.value,
    completedAt,
    metadataJson: metadata.json,
    givenAt: at === undefined ? null : new Date(at),
    isMetadataGiven: given !== undefined && given !== null,
  }
}

/** The keys that a completion may have. A stored completion may be passed too, so `recordedAt` is included. */
export const completionKeys = keysOf<CompletionInput & Completion>({
  userId: true,
  category: true,
  itemKey: true,
  metadata: true,
  completedAt: true,
  recordedAt: true,
})

/** Where an id came from: the name of the argument, if it is not the kind of id, and the position in a batch. */
export type IdPlace = { readonly field?: string; readonly index?: number | undefined }

/** Checks an id that comes from a caller. @throws INPUT_INVALID naming the field */
export function checkId(
  kind: keyof typeof idLimits,
  value: unknown,
  { field = kind, index }: IdPlace = {},
): asserts value is string {
  if (typeof value !== 'string') throw invalid(field, wrongKindOfId(value), value, index)
  if (value === '') throw invalid(field, 'is empty; pass an id', value, index)
  const limit = idLimits[kind]
  if (value.length * 3 > limit && utf8Length(value) > limit) {
    throw invalid(field, `is over ${limit} bytes of UTF-8; use a shorter id, or a hash of it`, value, index)
  }
  const problem = textFault(value) ?? (value.startsWith('\ufeff') ? byteOrderMark : undefined)
  if (problem) throw invalid(field, problem, value, index)
}

/** Checks an id that is also a part of web addresses. @throws INPUT_INVALID */
export function checkStoredId(kind: keyof typeof idLimits, id: unknown, place: IdPlace = {}): asserts id is string {
  checkId(kind, id, place)
  // Clients and proxies treat these as steps between folders, percent-encoded or not (WHATWG URL, 4.4).
  if (id === '.' || id === '..')
    throw invalid(
      place.field ?? kind,
      'cannot be part of a web address; use another id, such as "dot"',
      id,
      place.index,
    )
}

// Two ids that differ only beyond 2^53 are the same number, so converting it to a string here would be wrong too.
function wrongKindOfId(value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return `is ${value}, a number above 2^53, where digits get lost; pass the id as a string from its source`
  return `is ${kindOf(value)}; pass a string`
}

const byteOrderMark = 'begins with a byte order mark (U+FEFF), which some drivers cut off; remove it'

function checkCategory(category: string, declared: ReadonlySet<string> | undefined, index?: number): void {
  if (category === badgeCategory) {
    throw invalid('category', 'is reserved for badges; use another name', category, index)
  }
  if (declared && !declared.has(category)) {
    const known = [...declared].join(', ')
    throw invalid('category', `is not declared in the catalog; use one of: ${known}`, category, index)
  }
}

function checkTime(value: unknown, now: Date, index?: number): Date {
  if (value === undefined) return now
  if (!isValidDate(value)) {
    throw invalid(
      'completedAt',
      'is not a valid Date; pass a Date, or omit it to use the current time',
      String(value),
      index,
    )
  }
  const time = value.getTime()
  if (time < earliest) throw invalid('completedAt', 'is before the year 1', value.toISOString(), index)
  if (time > now.getTime() + aheadLimitMs) {
    throw invalid(
      'completedAt',
      'is more than 5 minutes in the future; record it after it has happened',
      value.toISOString(),
      index,
    )
  }
  return time > now.getTime() ? now : new Date(time)
}
