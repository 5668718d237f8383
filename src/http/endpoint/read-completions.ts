import type { CompletionInput } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import { checkKnownKeys } from '../../core/values/known-keys.js'
import { isPlainObject, kindOf } from '../../core/values/metadata.js'
import { completionFields, completionLimit, givenInstantPattern } from '../contract/completions.js'
import { refusal } from '../problem/problem.js'

/**
 * Reads a body of completions. It does what the schema that documents it says, in a tenth of the time, and leaves to the service what
 * that checks anyway: ids and metadata. @throws INPUT_INVALID, BATCH_TOO_LARGE
 */
export function readCompletions(body: unknown): CompletionInput | readonly CompletionInput[] {
  if (!Array.isArray(body)) return readCompletion(body)
  if (body.length <= completionLimit) return body.map(readCompletion)
  const detail = `There are ${body.length} completions; give at most ${completionLimit} at once.`
  throw refusal('BATCH_TOO_LARGE', { detail })
}

function readCompletion(given: unknown, index?: number): CompletionInput {
  if (!isPlainObject(given)) throw invalid('', `is ${kindOf(given)}; send a completion`, undefined, index)
  checkKnownKeys('record', given, completionFields, { index })
  const { userId, category, itemKey, metadata, completedAt } = given as Record<string, unknown> as Unchecked
  if ((metadata as unknown) === null) throw invalid('metadata', 'is null; send an object, or omit it', undefined, index)
  const ids = { userId, category, itemKey, ...(metadata !== undefined && { metadata }) }
  return completedAt === undefined ? ids : { ...ids, completedAt: readTime(completedAt, index) }
}

/** What the service is to check. */
type Unchecked = Omit<CompletionInput, 'completedAt'> & { readonly completedAt: unknown }

function readTime(text: unknown, index?: number): Date {
  if (typeof text === 'string' && givenInstantPattern.test(text)) return new Date(text)
  throw invalid('completedAt', 'is not an RFC 3339 instant; send one such as 2026-06-01T12:00:00Z', undefined, index)
}
