'use client'
import type { ReactElement } from 'react'
import type { Explanation } from '../core/explain/explanation.js'
import { useMilepost } from './context.js'
import { Held } from './held.js'
import { useExplanation, useNextOf } from './hooks.js'
import { Heading, type HeadingLevel, Tick } from './pieces.js'
import { Shown } from './shown.js'
import type { ExplainedPart } from './texts.js'

/** Properties of `WhyNot`. */
export type WhyNotProps = {
  /** The id of the milestone, or of one of its badges, such as `posts#gold`. */
  readonly badgeId: string
  /** Which heading the title is, such as 2 for `<h2>`. Default: 3. */
  readonly headingLevel?: HeadingLevel
}

/** Explains why a badge is not earned yet, part by part, or says when it was earned. */
export function WhyNot({ badgeId, headingLevel }: WhyNotProps): ReactElement {
  const { texts } = useMilepost()
  return (
    <Shown query={useExplanation(badgeId)} className="mp-why" empty={texts.noMilestone}>
      {explanation => (
        <>
          <Heading level={headingLevel}>{explanation.milestone.title}</Heading>
          <Inside explanation={explanation} />
        </>
      )}
    </Shown>
  )
}

function Inside({ explanation }: { readonly explanation: Explanation }): ReactElement {
  const { texts } = useMilepost()
  const { milestone, status, isEarned, earnedAt, expiresAt, manualDecision, after, requirement } = explanation
  const next = useNextOf(milestone.id)
  // That all of them are asked for goes without saying.
  const parts = [after ?? [], requirement.type === 'all' ? requirement.parts : requirement].flat()
  return (
    <>
      <p className="mp-quiet mp-facts">
        {isEarned ? <Held status={status} earnedAt={earnedAt} expiresAt={expiresAt} /> : texts.whyNot}
      </p>
      <ul className="mp-parts">
        {parts.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name but their place
          <Part key={i} part={part} />
        ))}
      </ul>
      {!isEarned && manualDecision?.decision === 'revoked' && (
        <p className="mp-note">{texts.revokedBecause(manualDecision.reason)}</p>
      )}
      {(!isEarned || status === 'expired') && next && (
        <p className="mp-next">
          <strong>{texts.nextStep}:</strong> {texts.next(next)}
        </p>
      )}
    </>
  )
}

function Part({ part }: { readonly part: ExplainedPart }): ReactElement {
  const { texts } = useMilepost()
  return (
    <li>
      <Tick isDone={part.holds} />
      <span>{texts.part(part)}</span>
      {'parts' in part && (
        <ul className="mp-parts">
          {part.parts.map((inner, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name but their place
            <Part key={i} part={inner} />
          ))}
        </ul>
      )}
    </li>
  )
}
