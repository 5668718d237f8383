/** What people are called, by user id. */
export type Names = ReadonlyMap<string, string>

/** Names a person: by their id where the log no longer knows them. */
export function nameOf(names: Names, userId: string): string {
  return names.get(userId) ?? `#${userId.slice(0, 8)}`
}

/** Finds people by a part of their name, in any case, or by their whole name alone where that is somebody's. */
export function findPeople(names: Names, wanted: string): readonly string[] {
  const sought = wanted.trim().toLowerCase()
  const people = [...names].map(([userId, name]) => ({ userId, name: name.toLowerCase() }))
  const whole = people.filter(({ name }) => name === sought)
  const found = whole.length > 0 ? whole : people.filter(({ name }) => name.includes(sought))
  return found.map(({ userId }) => userId)
}
