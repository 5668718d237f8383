/**
 * Says where levels begin. `every`: each so many points. `thresholds`: the points at which levels 2, 3, … begin,
 * positive and rising. `names[0]` is the name of level 1.
 */
export type LevelRule =
  | { readonly every: number; readonly names?: readonly string[] }
  | { readonly thresholds: readonly number[]; readonly names?: readonly string[] }

export const defaultLevelRule: LevelRule = { every: 100 }

/** One user's place on the levels: where this one and the next begin, in all points; `nextLevelPoints` is null on the highest. */
export type LevelPlace = {
  level: number
  levelName: string | null
  levelPoints: number
  nextLevelPoints: number | null
}

/** What the points of the next level are by a rule: null, on the highest level, only where the rule has thresholds. */
export type NextLevelPoints<Rule extends LevelRule = LevelRule> = [Rule] extends [{ readonly every: number }]
  ? number
  : number | null

/** Derives the level from the points. Levels begin at 1. */
export function levelAt(rule: LevelRule, points: number): LevelPlace {
  const level = 'every' in rule ? Math.floor(points / rule.every) + 1 : levelByThresholds(rule.thresholds, points)
  return {
    level,
    levelName: rule.names?.[level - 1] ?? null,
    levelPoints: pointsOfLevel(rule, level) ?? 0,
    nextLevelPoints: pointsOfLevel(rule, level + 1),
  }
}

/** Gives the points at which a level begins, or null where the rule has no such level. */
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
