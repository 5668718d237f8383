'use client'
import type { ReactElement } from 'react'
import { useMilepost } from './context.js'
import { useProgress } from './hooks.js'
import { Bar } from './pieces.js'
import { Shown } from './shown.js'

/** Shows the level, the points, and how many are left to the next level. */
export function LevelBar(): ReactElement {
  const { texts, write } = useMilepost()
  const points = (value: number): string => texts.points(value, write(value))
  return (
    <Shown query={useProgress()} className="mp-level" lines={2}>
      {({ level, levelName, totalPoints, levelPoints, nextLevelPoints }) => {
        const name = texts.level(write(level), levelName)
        const [ratio, text] =
          nextLevelPoints === null
            ? [1, texts.highestLevel]
            : [
                (totalPoints - levelPoints) / (nextLevelPoints - levelPoints),
                texts.toNextLevel(points(nextLevelPoints - totalPoints), write(level + 1)),
              ]
        return (
          <>
            <p className="mp-line">
              <strong className="mp-title">{name}</strong>
              <span className="mp-quiet">{points(totalPoints)}</span>
            </p>
            <Bar ratio={ratio} label={name} text={text} />
            <p className="mp-small">{text}</p>
          </>
        )
      }}
    </Shown>
  )
}
