import { type Decimal, decimalFromNumber } from '../../values/decimal.js'
import type { Metadata } from '../../values/metadata.js'
import type { RefusalReason } from '../refusal.js'

/** Returns a property of the metadata, unless it is inherited. */
export function ownValue(metadata: Metadata, property: string): unknown {
  return Object.hasOwn(metadata, property) ? metadata[property] : undefined
}

/** Reads a number above 0. Zero changes neither a sum nor a maximum, so it is treated like a missing number. */
export function positiveIn(metadata: Metadata, property: string): Decimal | undefined {
  const value = ownValue(metadata, property)
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? decimalFromNumber(value) : undefined
}

/** Returns why a property has no number above 0. */
export function refusalOfPositive(metadata: Metadata, property: string): RefusalReason {
  const value = ownValue(metadata, property)
  if (value === 0) return 'zero'
  return typeof value === 'number' && value < 0 ? 'negative' : 'not-a-number'
}
