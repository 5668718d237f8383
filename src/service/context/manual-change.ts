import { invalid } from '../../core/values/invalid.js'
import { kindOf, textFault } from '../../core/values/metadata.js'

/** The reason for a manual change, and who makes it. */
export type ManualChange = { readonly reason: string; readonly by?: string }

/** Checks the reason and author of a manual change. @throws INPUT_INVALID naming the field */
export function checkManualChange({ reason, by }: ManualChange): {
  readonly reason: string
  readonly by: string | null
} {
  checkText('reason', reason)
  if (by !== undefined) checkText('by', by)
  return { reason, by: by ?? null }
}

/** Checks a text that is stored for people to read. @throws INPUT_INVALID naming the field */
export function checkText(field: string, value: unknown): void {
  if (typeof value !== 'string') throw invalid(field, `is ${kindOf(value)}; pass a string`, value)
  const problem = value === '' ? 'is empty; pass a non-empty string' : textFault(value)
  if (problem) throw invalid(field, problem, value)
}
