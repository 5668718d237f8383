/** What a server key may do. `admin` includes all others. */
export type Scope = 'record' | 'read' | 'award' | 'admin'

/** All scopes, the weakest first. */
export const scopes = ['record', 'read', 'award', 'admin'] as const satisfies readonly Scope[]

/** Tells whether the scopes held include the one needed. */
export function allows(held: ReadonlySet<Scope>, needed: Scope): boolean {
  return held.has('admin') || held.has(needed)
}
