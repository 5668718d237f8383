/** The parts of a badge's id: `posts#2` is the second tier of `posts`, `posts@2` its second time. */
export type BadgeIdParts = { readonly milestoneId: string; readonly tier?: number; readonly time?: number }

/** Takes a badge's id apart. Milestone ids themselves hold neither `#` nor `@`. */
export function badgeIdParts(id: string): BadgeIdParts {
  const [, milestoneId, sign, digits] = /^(.*?)(?:([#@])([1-9]\d*))?$/s.exec(id)!
  if (sign === undefined) return { milestoneId: milestoneId! }
  return sign === '#'
    ? { milestoneId: milestoneId!, tier: Number(digits) }
    : { milestoneId: milestoneId!, time: Number(digits) }
}
