import type { ReactNode } from 'react'
import type { Badge, Listed, ShownProgress } from '../milepost.js'
import { ago, exactly, figure, percent } from './figures.js'
import { Stone, type StoneState } from './stone.js'

/** A milestone with everything that is known of it and of the learner's way there. */
export type Tile = {
  readonly listed: Listed
  readonly progress: ShownProgress | undefined
  readonly badge: Badge | undefined
  /** Which share of all learners holds it; null where nobody is counted yet. */
  readonly share: number | null
}

/** Tells how a milestone's stone looks. */
export function stateOf({ badge, progress }: Pick<Tile, 'badge' | 'progress'>): StoneState {
  if (badge) return 'earned'
  return progress?.isLocked ? 'locked' : 'open'
}

type BadgeTileProps = { readonly tile: Tile; readonly onAsk: (tile: Tile) => void }

/** Shows a badge: the stone, its name, and when it was earned or how far it is. */
export function BadgeTile({ tile, onAsk }: BadgeTileProps): ReactNode {
  const { listed, progress, badge, share } = tile
  const { badge: name, badgeIcon } = listed.reward
  return (
    <li className="badge-tile" data-state={stateOf(tile)}>
      <Stone icon={badgeIcon} rarity={listed.rarity} state={stateOf(tile)} ratio={progress?.ratio ?? 0} size={96} />
      <h3>
        <button type="button" className="plain" onClick={() => onAsk(tile)}>
          {name}
        </button>
      </h3>
      <p className="badge-rarity" data-rarity={listed.rarity}>
        {listed.rarity}
        {listed.reward.points > 0 && ` · +${figure(listed.reward.points)}`}
      </p>
      {badge ? (
        <p>
          <time dateTime={badge.earnedAt} title={exactly(badge.earnedAt)}>
            {ago(badge.earnedAt)}
          </time>
        </p>
      ) : (
        <p>
          {figure(progress?.current ?? 0)} of {figure(progress?.target ?? 1)}
        </p>
      )}
      {share !== null && <p className="faint">Earned by {percent(share)}</p>}
    </li>
  )
}

/** Stands for a milestone of which nothing is said until it is earned. */
export function HiddenTile(): ReactNode {
  return (
    <li className="badge-tile" data-state="hidden">
      <Stone icon={null} rarity="common" state="hidden" size={96} />
      <h3>Hidden</h3>
      <p className="faint">It shows itself once earned</p>
    </li>
  )
}
