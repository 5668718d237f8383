'use client'
import type { ReactElement } from 'react'
import { BadgeStone } from './badge-stone.js'
import { useMilepost } from './context.js'
import { Held } from './held.js'
import { useMilestone, useNextOf } from './hooks.js'
import { type MilestoneView, placeText, statusText, stoneOf } from './milestone-view.js'
import { Bar, Heading, type HeadingLevel, Rarity } from './pieces.js'
import { Shown } from './shown.js'

/** Properties of `MilestoneCard`. */
export type MilestoneCardProps = {
  /** The id of the milestone, or of one of its badges, such as `posts#gold`. */
  readonly badgeId: string
  /** Which heading the title is, such as 2 for `<h2>`. Default: 3. */
  readonly headingLevel?: HeadingLevel
}

/** Shows one milestone: what it is, how far it is, and the next step in words. */
export function MilestoneCard({ badgeId, headingLevel }: MilestoneCardProps): ReactElement {
  const { texts } = useMilepost()
  const query = useMilestone(badgeId)
  return (
    <Shown query={query} className="mp-card" empty={texts.noMilestone}>
      {view => (
        <div className="mp-card-row">
          <BadgeStone {...stoneOf(view)} />
          <div className="mp-words">
            <Heading level={headingLevel}>{view.title}</Heading>
            {view.description && (
              <p className="mp-quiet">
                <bdi>{view.description}</bdi>
              </p>
            )}
            <Place view={view} />
          </div>
        </div>
      )}
    </Shown>
  )
}

function Place({ view }: { readonly view: MilestoneView }): ReactElement {
  const context = useMilepost()
  const { texts, write } = context
  const next = useNextOf(view.id)
  const { progress } = view
  const { ratio, status, isEarned, earnedAt, expiresAt } = progress
  return (
    <>
      {/open|locked|upcoming/.test(status) && (
        <Bar ratio={ratio} label={view.title} text={placeText(progress, context)} />
      )}
      <p className="mp-small mp-facts">
        {isEarned ? (
          <Held status={status} earnedAt={earnedAt} expiresAt={expiresAt} />
        ) : (
          <span>{statusText(progress, context)}</span>
        )}
        <Rarity rarity={view.rarity} />
        {view.points > 0 && <span>{texts.points(view.points, write(view.points))}</span>}
      </p>
      {!isEarned && next && <p className="mp-next">{texts.next(next)}</p>}
    </>
  )
}
