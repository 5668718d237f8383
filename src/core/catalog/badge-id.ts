/** The parts of a badge's id: `posts#gold` is the tier `gold` of `posts`, `posts@2` its second time. */
export type BadgeIdParts = { readonly milestoneId: string; readonly tier?: string; readonly time?: string }

/** Takes a badge's id apart. Milestone ids themselves hold neither `#` nor `@`. */
export function badgeIdParts(id: string): BadgeIdParts {
  const [, milestoneId, sign, name] = /^([^#@]*)([#@])([A-Za-z0-9._:-]+)$/.exec(id) ?? []
  if (milestoneId === undefined) return { milestoneId: id }
  return sign === '#' ? { milestoneId, tier: name! } : { milestoneId, time: name! }
}

/** Names the milestone or tier that a badge is of, whichever time it is. */
export function goalIdOf(badgeId: string): string {
  const { milestoneId, time } = badgeIdParts(badgeId)
  return time === undefined ? badgeId : milestoneId
}
