import { isPlainObject } from '../values/metadata.js'
import { type CatalogFault, joinPath } from '../values/shape-faults.js'
import { type BadgeReferences, refer, uncheckedKeyOf } from './badge-references.js'

type Claim = { readonly id: string; readonly path: string; readonly owner: string; readonly isOfTier: boolean }

/** Finds former ids that are still in use, or that are claimed twice. */
export function formerlyFaults(references: BadgeReferences, milestones: readonly unknown[]): CatalogFault[] {
  const firstPlace = new Map<string, string>()
  return milestones.flatMap(claimsOf).flatMap(claim => {
    const { id, path } = claim
    const first = firstPlace.get(id)
    if (first !== undefined) {
      return [{ path, problem: `"${id}" is already claimed by ${first}`, fix: 'Leave it in one place.' }]
    }
    firstPlace.set(id, path)
    return ownFaults(references, claim)
  })
}

function ownFaults(references: BadgeReferences, { id, path, owner, isOfTier }: Claim): CatalogFault[] {
  const known = references.milestones.get(id)
  // Its own id, from before it was repeatable.
  if (id === owner && known && known.timeCount > 0) return []
  if (id === owner && known?.tierKeys && !isOfTier) {
    const fix = 'Put it on the tier that the badge becomes.'
    return [{ path, problem: `"${id}" is the milestone itself, which has tiers`, fix }]
  }
  if (refer(references, undefined, id) !== undefined) return []
  const fix =
    'A former id is one that the catalog no longer has: take it out here, or take that one out of the catalog.'
  return [{ path, problem: `"${id}" is still an id of this catalog`, fix }]
}

function claimsOf(milestone: unknown, i: number): readonly Claim[] {
  if (!isPlainObject(milestone)) return []
  const owner = String(milestone.id)
  const path = joinPath('milestones', i)
  const tiers = Array.isArray(milestone.tiers) ? milestone.tiers : []
  return [
    ...claimsIn(milestone.formerly, { path, owner, isOfTier: false }),
    ...tiers.flatMap((tier, n) => {
      const [key] = uncheckedKeyOf(tier)
      const place = { path: joinPath(path, 'tiers', n), owner: `${owner}#${key}`, isOfTier: true }
      return isPlainObject(tier) ? claimsIn(tier.formerly, place) : []
    }),
  ]
}

function claimsIn(formerly: unknown, { path, ...place }: Omit<Claim, 'id'>): readonly Claim[] {
  if (!Array.isArray(formerly)) return []
  return formerly.flatMap((id, i) =>
    typeof id === 'string' ? [{ id, path: joinPath(path, 'formerly', i), ...place }] : [],
  )
}
