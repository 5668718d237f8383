import { Link } from '@tanstack/react-router'
import type { MeasuredMilestone } from './measured.js'

/** A requirement as the catalog has it. */
export type Requirement = { readonly type: string; readonly [key: string]: unknown }

type Outlined = { readonly requirement: Requirement; readonly outline: MeasuredMilestone['outline'] }

/** Draws a requirement with what the server says of it: composites as branches, everything else as a sentence. */
export function RequirementTree({ requirement, outline }: Outlined) {
  const parts = Array.isArray(requirement.of) ? (requirement.of as Requirement[]) : []
  if (parts.length === 0) return <Leaf requirement={requirement} text={outline.text} />
  return (
    <div>
      <p className="font-medium">{outline.text}</p>
      <ul className="mt-1 ml-1.5 border-l border-n6">
        {parts.map((part, i) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name and do not move
            key={i}
            className="relative py-1 pl-5 before:absolute before:top-4 before:left-0 before:h-px before:w-3.5 before:bg-n6"
          >
            <RequirementTree requirement={part} outline={outline.parts[i]!} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Leaf({ requirement, text }: { requirement: Requirement; text: string }) {
  const { ids } = requirement
  return (
    <div>
      <p>{text}</p>
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
      <Details of={requirement} />
    </div>
  )
}

/** Shows what the sentence does not say, as the catalog has it. */
export function Details({ of: requirement }: { of: Requirement }) {
  const details = detailsOf(requirement)
  if (details.length === 0) return null
  return (
    <span className="flex flex-wrap gap-1.5 pt-1">
      {details.map(detail => (
        <code key={detail} className="tag h-auto font-mono whitespace-normal">
          {detail}
        </code>
      ))}
    </span>
  )
}

const said = ['type', 'target', 'every', 'ids', 'of', 'count']

/** Lists what a sentence does not say, as the catalog has it. */
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
