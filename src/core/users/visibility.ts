/**
 * How far a user takes part. `on`: shown, ranked and notified. `quiet`: shown and ranked, but not notified. `off`: none
 * of these. Badges and points are awarded in each case.
 */
export type Visibility = 'on' | 'quiet' | 'off'

export const visibilities: readonly Visibility[] = ['on', 'quiet', 'off']
