import type { Catalog } from '../catalog/catalog.js'
import type { Digest } from '../metrics/metric.js'
import { canonicalJson } from '../values/canonical-json.js'
import { type Decimal, formatDecimal } from '../values/decimal.js'
import { assertNever } from '../values/errors.js'
import { formerIdsOf } from './former-ids.js'

/** What is judged of a milestone: a compiled one is such. */
type Judged = {
  readonly milestone: { readonly id: string; readonly reward: { readonly points: number } }
  readonly requirement: JudgedRequirement
  readonly repeat?: JudgedRepeat
}

type JudgedRepeat = {
  readonly every: Decimal | null
  readonly max: number
  readonly byPeriod: { readonly unit: string } | null
}

type JudgedRequirement =
  | { readonly type: 'metric'; readonly metric: { readonly name: string }; readonly target: Decimal }
  | { readonly type: 'points'; readonly target: number }
  | { readonly type: 'level'; readonly points: number }
  | { readonly type: 'milestones'; readonly ids: readonly string[]; readonly target: number }
  | { readonly type: 'some'; readonly of: readonly JudgedRequirement[]; readonly target: number }

/** Names what users are counted and judged by. Two catalogs that differ only in words have the same. */
export function fingerprint(catalog: Catalog, milestones: readonly Judged[], digest: Digest): string {
  const judged = milestones.map(({ milestone, requirement, repeat }) => {
    const again = repeat ? [repeat.every && formatDecimal(repeat.every), String(repeat.max), timeNaming(repeat)] : null
    return [milestone.id, milestone.reward.points, describe(requirement), again]
  })
  const formerIds = [...formerIdsOf(catalog.definition.milestones)]
  // Whoever was counted without them is counted once more, so that no badge keeps a former id.
  return digest(canonicalJson([judged, catalog.levels, ...(formerIds.length > 0 ? [formerIds] : [])]))
}

// By what their badges are called.
function timeNaming({ byPeriod }: JudgedRepeat): string {
  return byPeriod?.unit ?? 'number'
}

function describe(requirement: JudgedRequirement): unknown {
  switch (requirement.type) {
    case 'metric':
      return [requirement.metric.name, formatDecimal(requirement.target)]
    case 'points':
      return ['points', requirement.target]
    case 'level':
      return ['level', requirement.points]
    case 'milestones':
      return ['milestones', requirement.ids, requirement.target]
    case 'some':
      return ['some', requirement.of.map(describe), requirement.target]
    default:
      return assertNever(requirement)
  }
}
