'use client'
import type { ReactElement, ReactNode } from 'react'
import { BadgeStone, type BadgeStoneProps } from './badge-stone.js'
import { useMilepost } from './context.js'
import { Held } from './held.js'
import { useMilestones, useStatistics } from './hooks.js'
import { type MilestoneView, statusText, stoneOf } from './milestone-view.js'
import { Rarity } from './pieces.js'
import { Shown } from './shown.js'
import { shareText } from './written.js'

/** Properties of `BadgeGrid`. */
export type BadgeGridProps = {
  /** Which badges to show. Default: all. */
  readonly show?: 'all' | 'earned'
  /** In pixels. Default: 64. */
  readonly size?: BadgeStoneProps['size']
  /** Whether to show what share of all users has each badge. Costs one more call. */
  readonly withShares?: boolean
  /** Makes each badge a button. */
  readonly onSelect?: (badgeId: string) => void
}

/** Shows the badges of the catalog: earned, in progress, locked and hidden. */
export function BadgeGrid({ show = 'all', size = 64, withShares = false, onSelect }: BadgeGridProps): ReactElement {
  const { texts } = useMilepost()
  const query = useMilestones()
  const data = query.data?.filter(view => isShown(view, show))
  return (
    <Shown query={{ ...query, data }} className="mp-grid" lines={6} empty={texts.noBadges}>
      {views => (
        <ul data-size={size}>
          {views.map((view, i) => (
            <li key={view?.id ?? `hidden ${i}`}>
              {view ? (
                <Frame onSelect={onSelect && (() => onSelect(view.id))}>
                  <Badge view={view} size={size} />
                  {withShares && <Share id={view.id} />}
                </Frame>
              ) : (
                <HiddenBadge size={size} />
              )}
            </li>
          ))}
        </ul>
      )}
    </Shown>
  )
}

/** Leaves out tiers that a higher tier replaces. */
function isShown(view: MilestoneView | null, show: 'all' | 'earned'): boolean {
  if (!view?.progress.isEarned) return show === 'all'
  return view.badge !== null
}

function HiddenBadge({ size }: Pick<BadgeProps, 'size'>): ReactElement {
  const { texts } = useMilepost()
  return (
    <div className="mp-badge">
      <BadgeStone icon={null} rarity="common" state="hidden" size={size} />
      <span className="mp-badge-name">{texts.hidden}</span>
    </div>
  )
}

function Frame({ onSelect, children }: { onSelect: (() => void) | undefined; children: ReactNode }): ReactElement {
  const Tag = onSelect ? 'button' : 'div'
  return (
    <Tag className="mp-badge" {...(onSelect && { type: 'button', onClick: onSelect })}>
      {children}
    </Tag>
  )
}

type BadgeProps = {
  readonly view: MilestoneView
  readonly size: NonNullable<BadgeGridProps['size']>
}

function Badge({ view, size }: BadgeProps): ReactElement {
  const context = useMilepost()
  const { badge, progress } = view
  const place = statusText(progress, context)
  return (
    <>
      <BadgeStone {...stoneOf(view)} size={size} />
      <bdi className="mp-badge-name">{view.badgeName}</bdi>
      <Rarity rarity={view.rarity} />
      <span className="mp-small mp-held">
        {badge ? <Held status={progress.status} earnedAt={badge.earnedAt} expiresAt={progress.expiresAt} /> : place}
      </span>
    </>
  )
}

function Share({ id }: { readonly id: string }): ReactElement | null {
  const { texts, locale } = useMilepost()
  const share = useStatistics().data?.milestones.find(one => one.id === id)?.ofAll.share
  return share == null ? null : <span className="mp-small">{texts.earnedBy(shareText(share, locale))}</span>
}
