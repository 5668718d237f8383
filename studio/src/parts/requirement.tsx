import { Link } from '@tanstack/react-router'
import { count } from '../words.js'

/** A requirement as the catalog has it. */
export type Requirement = { readonly type: string; readonly [key: string]: unknown }

/** Draws a requirement: composites as branches, everything else as a sentence. */
export function RequirementTree({ requirement }: { requirement: Requirement }) {
  const parts = Array.isArray(requirement.of) ? (requirement.of as Requirement[]) : []
  if (parts.length === 0) return <Leaf requirement={requirement} />
  return (
    <div>
      <p className="font-medium">{headOf(requirement)}</p>
      <ul className="mt-1 ml-1.5 border-l border-n6">
        {parts.map((part, i) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name and do not move
            key={i}
            className="relative py-1 pl-5 before:absolute before:top-4 before:left-0 before:h-px before:w-3.5 before:bg-n6"
          >
            <RequirementTree requirement={part} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Leaf({ requirement }: { requirement: Requirement }) {
  const { ids } = requirement
  const details = detailsOf(requirement)
  return (
    <div>
      <p>{sentenceOf(requirement)}</p>
      {Array.isArray(ids) && (
        <p className="flex flex-wrap gap-1.5 pt-1">
          {ids.map(id => (
            <Link
              key={String(id)}
              to="/milestones/$milestoneId"
              params={{ milestoneId: String(id) }}
              className="tag hover:bg-n3"
            >
              {String(id)}
            </Link>
          ))}
        </p>
      )}
      {details.length > 0 && (
        <p className="flex flex-wrap gap-1.5 pt-1">
          {details.map(detail => (
            <code key={detail} className="tag h-auto font-mono whitespace-normal">
              {detail}
            </code>
          ))}
        </p>
      )}
    </div>
  )
}

/** Names a composite. */
export function headOf({ type, target }: Requirement): string {
  if (type === 'all') return 'All of these'
  if (type === 'any') return 'Any of these'
  return `At least ${Number(target)} of these`
}

/** Says a requirement in a few words. */
export function sentenceOf(requirement: Requirement): string {
  const { type, target, category, property, every, ids } = requirement
  const goal = count(Number(target ?? requirement.count ?? 1))
  const of = (Array.isArray(category) ? category.join(' or ') : String(category ?? '')).replaceAll('_', ' ')
  switch (type) {
    case 'count':
      return `${goal} × ${of}`
    case 'total':
      return `${String(property)} of ${of} adds up to ${goal}`
    case 'best':
      return `${String(property)} of one ${of} reaches ${goal}`
    case 'streak':
      return `${of} on ${goal} ${String(every)}s in a row`
    case 'points':
      return `${goal} points`
    case 'level':
      return `Level ${goal}`
    case 'milestones':
      return `${target === undefined ? 'All' : goal} of these milestones`
    case 'after':
      return 'After these milestones'
    case 'all':
    case 'any':
    case 'some':
      return `${headOf(requirement)} (${(requirement.of as unknown[] | undefined)?.length ?? 0})`
    case 'quiz_perfect':
      return `A quiz with a score of ${count(Number(requirement.minScore ?? 100))} or more`
    default:
      return `${Array.isArray(ids) ? ids.length : goal} × ${type.replaceAll('_', ' ')}`
  }
}

const said = ['type', 'target', 'category', 'property', 'every', 'ids', 'of', 'count', 'minScore']

/** Lists what the sentence does not say. */
export function detailsOf(requirement: Requirement): string[] {
  return Object.entries(requirement).flatMap(([key, value]) =>
    said.includes(key) || value === undefined || value === null ? [] : [`${key}: ${detail(value)}`],
  )
}

const signs: Readonly<Record<string, string>> = { eq: '=', ne: '≠', gt: '>', gte: '≥', lt: '<', lte: '≤' }

// `where` reads as a comparison, what is not known as JSON.
function detail(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  return Object.entries(value)
    .map(([name, test]) => {
      if (typeof test !== 'object' || test === null) return `${name} ${JSON.stringify(test)}`
      const parts = Object.entries(test).map(([sign, bound]) => `${signs[sign] ?? sign} ${JSON.stringify(bound)}`)
      return `${name} ${parts.join(', ')}`
    })
    .join('; ')
}
