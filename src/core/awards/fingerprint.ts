import type { Catalog } from '../catalog/catalog.js'
import type { Coins } from '../catalog/milestone.js'
import type { Digest } from '../metrics/metric.js'
import { midnight } from '../time/day-start.js'
import { canonicalJson } from '../values/canonical-json.js'
import { type Decimal, formatDecimal } from '../values/decimal.js'
import { assertNever } from '../values/errors.js'
import { formerIdsOf } from './former-ids.js'

/** The part of a milestone that is judged. A compiled milestone has it. */
type Judged = {
  readonly milestone: {
    readonly id: string
    readonly limit: number | null
    readonly reward: { readonly points: number; readonly coins?: Coins }
  }
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

/**
 * Returns the fingerprint of what users are counted and judged by. Two catalogs that differ only in texts have the
 * same.
 */
export function fingerprint(
  catalog: Catalog,
  { milestones, boards }: { readonly milestones: readonly Judged[]; readonly boards: readonly string[] },
  digest: Digest,
): string {
  const judged = milestones.map(({ milestone, requirement, repeat }) => {
    const again = repeat ? [repeat.every && formatDecimal(repeat.every), String(repeat.max), timeNaming(repeat)] : null
    const { points, coins } = milestone.reward
    const limit = milestone.limit === null ? [] : [{ limit: milestone.limit }]
    return [milestone.id, points, describe(requirement), again, ...(coins ? [coins] : []), ...limit]
  })
  const formerIds = [...formerIdsOf(catalog.definition.milestones)]
  const { dayStartsAt = midnight } = catalog.definition
  // Users who were counted without the former ids are counted once more, so that no badge keeps a former id.
  return digest(
    canonicalJson([
      judged,
      catalog.levels,
      ...(formerIds.length > 0 ? [formerIds] : []),
      ...(dayStartsAt === midnight ? [] : [{ dayStartsAt }]),
      ...(boards.length > 0 ? [{ boards }] : []),
    ]),
  )
}

// The kind of name that the times have.
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
