import type { ReactNode } from 'react'
import type { Progress } from '../milepost.js'
import { counted, figure } from './figures.js'
import { Meter } from './meter.js'
import { Icon } from './stone.js'

const levelStarts = [0, 25, 60, 120, 200, 320, 480]

/** Shows the level, and how far the next one is. */
export function LevelBar({ progress }: { readonly progress: Progress }): ReactNode {
  const { level, levelName, totalPoints, nextLevelPoints } = progress
  const start = levelStarts[level - 1] ?? 0
  const missing = (nextLevelPoints ?? totalPoints) - totalPoints
  return (
    <div className="level">
      <div className="level-words">
        <strong>
          Level {level}, {levelName}
        </strong>
        <span>{counted(totalPoints, 'point')}</span>
      </div>
      <Meter
        label="Points of this level"
        value={totalPoints - start}
        most={(nextLevelPoints ?? totalPoints + 1) - start}
      />
      <p>
        {nextLevelPoints === null
          ? 'The highest level there is.'
          : `${counted(missing, 'point')} to level ${level + 1}.`}
      </p>
    </div>
  )
}

/** Shows how many days in a row the question of the day was answered. */
export function Streak({ progress }: { readonly progress: Progress }): ReactNode {
  const streaks = progress.milestones.flatMap(milestone =>
    !milestone.isHidden && milestone.id.startsWith('daily-habit') && milestone.streak ? [milestone.streak] : [],
  )
  const { current, best, endsAt } = streaks[0] ?? { current: 0, best: 0, endsAt: null }
  return (
    <div className="streak" data-burning={current > 0 || undefined}>
      <Icon name="/icons/flame.svg" />
      <strong>{counted(current, 'day')}</strong>
      <span>{current > 0 ? 'in a row' : 'Answer the question of the day to begin a streak'}</span>
      {current > 0 && endsAt && <span className="faint">The best so far: {figure(best)}</span>}
    </div>
  )
}
