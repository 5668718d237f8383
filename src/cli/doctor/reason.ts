import { describeFailure } from '../failure.js'

/** Returns what an error says, in one line. */
export function describeReason(error: unknown): string {
  return describeFailure(error).message.split('\n')[0]!
}
