'use client'
import type { ReactElement, ReactNode } from 'react'
import type { StreakRequirement } from '../core/metrics/kinds/streak.js'
import { useMilepost } from './context.js'
import { useMilestone } from './hooks.js'
import type { MilestoneView } from './milestone-view.js'
import { Shown } from './shown.js'
import { When } from './when.js'

/** Properties of `Streak`. */
export type StreakProps = {
  /** The id of a milestone that requires a streak. */
  readonly badgeId: string
  /** What counts for the streak, in words or as a link to it. Default: the milestone's description. */
  readonly children?: ReactNode
}

/** Shows the streak of a milestone that asks for one, its freezes, and what counts for it. */
export function Streak({ badgeId, children }: StreakProps): ReactElement {
  const { texts } = useMilepost()
  const query = useMilestone(badgeId)
  return (
    <Shown
      query={query}
      className="mp-streak"
      lines={2}
      isEmpty={view => !view.progress.streak}
      empty={texts.noMilestone}
    >
      {view => (
        <Days view={view} streak={view.progress.streak!}>
          {children ?? view.description}
        </Days>
      )}
    </Shown>
  )
}

type DaysProps = {
  readonly view: MilestoneView
  readonly streak: NonNullable<MilestoneView['progress']['streak']>
  readonly children: ReactNode
}

function Days({ view, streak: { current, best, endsAt, freezes }, children }: DaysProps): ReactElement {
  const { texts, write } = useMilepost()
  // Days, if the streak is only a part of what the milestone asks for.
  const requirement = view.requirement as Partial<StreakRequirement> | null
  return (
    <>
      <p className="mp-streak-count" data-none={current === 0}>
        <strong>{write(current)}</strong> {texts.inARow(current, requirement?.every ?? 'day')}
      </p>
      <p className="mp-small mp-facts">
        {current === 0 ? (
          <span>{texts.noStreak}</span>
        ) : (
          endsAt && <span>{texts.streakEnds(<When at={endsAt} />)}</span>
        )}
        {best > 0 && <span>{texts.bestStreak(write(best))}</span>}
        {freezes && <span>{texts.freezes(write(freezes.held), write(freezes.used))}</span>}
        {freezes && freezes.nextIn !== null && <span>{texts.nextFreeze(write(freezes.nextIn))}</span>}
      </p>
      {children && (
        <p className="mp-small">
          <bdi>{children}</bdi>
        </p>
      )}
    </>
  )
}
