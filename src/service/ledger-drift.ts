import type { Holdings, PeriodPoints } from '../store/holdings.js'

/** Points of a week or month, as they are stored and as the ledger gives them. */
export type PeriodDrift = {
  readonly period: string
  readonly stored: PeriodPoints | null
  readonly counted: PeriodPoints | null
}

/** Lists the weeks and months of a user whose stored points are not those that the ledger gives. */
export function periodDrifts({ ledger: { periods, storedPeriods } }: Pick<Holdings, 'ledger'>): readonly PeriodDrift[] {
  const names = new Set([...periods.keys(), ...storedPeriods.keys()])
  return [...names]
    .map(period => ({ period, stored: storedPeriods.get(period) ?? null, counted: periods.get(period) ?? null }))
    .filter(({ stored, counted }) => !isSame(stored, counted))
}

export function hasPeriodDrift(holdings: Pick<Holdings, 'ledger'>): boolean {
  return periodDrifts(holdings).length > 0
}

function isSame(a: PeriodPoints | null, b: PeriodPoints | null): boolean {
  return (a?.points ?? 0) === (b?.points ?? 0) && a?.reachedAt?.getTime() === b?.reachedAt?.getTime()
}
