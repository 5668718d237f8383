'use client'
import type { ReactElement } from 'react'
import { BadgeStone } from './badge-stone.js'
import { useMilepost } from './context.js'
import { Held } from './held.js'
import { useMilestone, useWhatNext } from './hooks.js'
import { closedText, type MilestoneView, placeText, stoneOf } from './milestone-view.js'
import { Bar, Heading, type HeadingLevel, Rarity } from './pieces.js'
import { Shown } from './shown.js'
import { numberText } from './written.js'

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
  const { texts, locale } = useMilepost()
  const next = useWhatNext().data?.find(({ id }) => id === view.id)
  const { ratio, status, isEarned, earnedAt, expiresAt } = view.progress
  const closed = closedText(view, texts)
  const text = placeText(view.progress, texts, locale)
  const worth = (
    <>
      <Rarity rarity={view.rarity} />
      {view.points > 0 && <span>{texts.points(view.points, numberText(view.points, locale))}</span>}
    </>
  )
  if (isEarned)
    return (
      <p className="mp-small mp-facts">
        <Held status={status} earnedAt={earnedAt} expiresAt={expiresAt} />
        {worth}
      </p>
    )
  return (
    <>
      {status !== 'over' && status !== 'revoked' && <Bar ratio={ratio} label={view.title} text={text} />}
      <p className="mp-small mp-facts">
        <span>{closed ?? text}</span>
        {worth}
      </p>
      {next && <p className="mp-next">{texts.next(next)}</p>}
    </>
  )
}
