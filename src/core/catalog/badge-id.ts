/** The parts of a badge's id: `posts#gold` is the tier `gold` of `posts`, `posts@2` its second time. */
export type BadgeIdParts = { readonly milestoneId: string; readonly tier?: string; readonly time?: string }

/** Splits a badge's id into its parts. Milestone ids contain neither `#` nor `@`. */
export function badgeIdParts(id: string): BadgeIdParts {
  const [, milestoneId, sign, name] = /^([^#@]*)([#@])([A-Za-z0-9._:-]+)$/.exec(id) ?? []
  if (milestoneId === undefined) return { milestoneId: id }
  return sign === '#' ? { milestoneId, tier: name! } : { milestoneId, time: name! }
}

/** Returns the id of the milestone or tier of a badge, without its time. */
export function goalIdOf(badgeId: string): string {
  const { milestoneId, time } = badgeIdParts(badgeId)
  return time === undefined ? badgeId : milestoneId
}

/** Lists the ids of repeatable milestones, including retired ones. */
export function repeatableIdsOf(
  milestones: readonly { readonly id: string; readonly repeatable: object | null }[],
): ReadonlySet<string> {
  return new Set(milestones.flatMap(({ id, repeatable }) => (repeatable ? [id] : [])))
}
