'use client'
import type { ReactElement } from 'react'
import { useMilepost } from './context.js'
import { useProgress } from './hooks.js'
import { Bar } from './pieces.js'
import { Shown } from './shown.js'
import { numberText } from './written.js'

/** Shows the level, the points, and how many are left to the next level. */
export function LevelBar(): ReactElement {
  const { texts, locale } = useMilepost()
  const written = (value: number): string => numberText(value, locale)
  const points = (value: number): string => texts.points(value, written(value))
  return (
    <Shown query={useProgress()} className="mp-level" lines={2}>
      {({ level, levelName, totalPoints, levelPoints, nextLevelPoints }) => {
        const name = texts.level(written(level), levelName)
        const left = nextLevelPoints === null ? null : nextLevelPoints - totalPoints
        const text = left === null ? texts.highestLevel : texts.toNextLevel(points(left), written(level + 1))
        const ratio = nextLevelPoints === null ? 1 : (totalPoints - levelPoints) / (nextLevelPoints - levelPoints)
        return (
          <>
            <p className="mp-line">
              <strong className="mp-title">{name}</strong>
              <span className="mp-figure">{points(totalPoints)}</span>
            </p>
            <Bar ratio={ratio} label={name} text={text} />
            <p className="mp-small">{text}</p>
          </>
        )
      }}
    </Shown>
  )
}
