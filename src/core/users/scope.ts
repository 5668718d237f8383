/** What a server key may do, the least first. `admin` holds every other. */
export const scopes = ['record', 'read', 'award', 'admin'] as const

export type Scope = (typeof scopes)[number]

/** Tells whether scopes allow what one of them stands for. */
export function allows(held: ReadonlySet<Scope>, needed: Scope): boolean {
  return held.has('admin') || held.has(needed)
}
