import { type Decimal, decimalFromNumber } from '../../values/decimal.js'
import type { Metadata } from '../../values/metadata.js'
import type { RefusalReason } from '../refusal.js'

/** Gives a property of metadata that is their own. */
export function ownValue(metadata: Metadata, property: string): unknown {
  return Object.hasOwn(metadata, property) ? metadata[property] : undefined
}

/** Reads a number above 0. Zero brings nothing to a sum or a maximum: like a missing number, it leaves no trace. */
export function positiveIn(metadata: Metadata, property: string): Decimal | undefined {
  const value = ownValue(metadata, property)
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? decimalFromNumber(value) : undefined
}

/** Says why there is no number above 0. */
export function refusalOfPositive(metadata: Metadata, property: string): RefusalReason {
  const value = ownValue(metadata, property)
  if (value === 0) return 'zero'
  return typeof value === 'number' && value < 0 ? 'negative' : 'not-a-number'
}
