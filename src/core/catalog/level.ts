/**
 * Where levels start. `every`: one level per this many points. `thresholds`: the points at which levels 2, 3, … start,
 * positive and rising. `names[0]` is the name of level 1. `keep`: whether users keep the highest level that they reached
 * when they lose points; default: no.
 */
export type LevelRule =
  | { readonly every: number; readonly names?: readonly string[]; readonly keep?: boolean }
  | { readonly thresholds: readonly number[]; readonly names?: readonly string[]; readonly keep?: boolean }

export const defaultLevelRule: LevelRule = { every: 100 }

/**
 * A user's level, and the total points at which this level and the next one start. `nextLevelPoints` is null on the
 * highest level.
 */
export type LevelPlace = {
  level: number
  levelName: string | null
  levelPoints: number
  nextLevelPoints: number | null
}

/** The type of `nextLevelPoints` under a rule. Only a rule with thresholds has a highest level, where it is null. */
export type NextLevelPoints<Rule extends LevelRule = LevelRule> = [Rule] extends [{ readonly every: number }]
  ? number
  : number | null

/**
 * Returns the level for a number of points. Levels start at 1, also for points below 0. `highestPoints`: the most points that the user had before
 * losing some. Only a rule with `keep` uses them.
 */
export function levelAt(rule: LevelRule, points: number, highestPoints = 0): LevelPlace {
  const reached = rule.keep ? Math.max(points, highestPoints) : points
  const level =
    'every' in rule ? Math.max(Math.floor(reached / rule.every), 0) + 1 : levelByThresholds(rule.thresholds, reached)
  return {
    level,
    levelName: rule.names?.[level - 1] ?? null,
    levelPoints: pointsOfLevel(rule, level) ?? 0,
    nextLevelPoints: pointsOfLevel(rule, level + 1),
  }
}

/** Returns the points at which a level starts. Null if the rule has no such level. */
export function pointsOfLevel(rule: LevelRule, level: number): number | null {
  if (level <= 1) return 0
  if ('every' in rule) return rule.every * (level - 1)
  return rule.thresholds[level - 2] ?? null
}

function levelByThresholds(thresholds: readonly number[], points: number): number {
  let level = 1
  while (level <= thresholds.length && points >= thresholds[level - 1]!) level += 1
  return level
}
