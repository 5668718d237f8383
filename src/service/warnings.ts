import { catalogUnapplied } from './catalog/unapplied.js'
import type { MilestoneServiceOptions } from './service-options.js'

const emitWarning = (warning: string): void => process.emitWarning(warning, 'MilepostWarning')

/** Warns that the catalog of a service replaced the one applied last. */
export function replacedCatalog({ onWarning = emitWarning }: MilestoneServiceOptions): (version: number) => void {
  return version =>
    onWarning(
      `Milepost replaced catalog version ${version} (the last one applied) with the catalog of this service. To keep what was applied, pass whenUnapplied: 'warn'.`,
    )
}

/** How many ids a service remembers, so that it warns about each only once. */
const warnedLimit = 1_000

/** Warns, once per id, of badges that the catalog does not know. */
export function unknownBadge({ onWarning = emitWarning }: MilestoneServiceOptions): (badgeId: string) => void {
  const warned = new Set<string>()
  return badgeId => {
    if (warned.has(badgeId) || warned.size >= warnedLimit) return
    warned.add(badgeId)
    onWarning(
      `A user has the badge ${JSON.stringify(badgeId)}, but the catalog has no milestone with this id. The badge is kept as stored. Add \`formerly\` to the milestone it belongs to, or add a milestone with this id.`,
    )
  }
}

/** Warns that something could not be counted in the background. */
export function countFailure({ onWarning = emitWarning }: MilestoneServiceOptions): (error: unknown) => void {
  return error =>
    onWarning(
      `Milepost could not count in the background. Ranks are right but slow, statistics are older: ${String(error)}`,
    )
}

/** Warns that another catalog than the one passed is in effect, or refuses to use it. */
export function otherCatalog({
  onWarning = emitWarning,
  whenUnapplied,
}: MilestoneServiceOptions): (version: number, isStartPending: boolean) => void {
  return (version, isStartPending) => {
    if (whenUnapplied === 'refuse') throw catalogUnapplied(version)
    const wayOut = isStartPending
      ? 'The first call outside of your transaction applies it: for example `await service.getCatalog()` before you begin.'
      : 'Run `apply` to switch.'
    onWarning(
      `Milepost is using catalog version ${version} (the last one applied), not the catalog you passed. ${wayOut}`,
    )
  }
}
