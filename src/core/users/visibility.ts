/**
 * How far a user takes part. `on`: shown, ranked and notified. `quiet`: shown and ranked, not notified. `off`: none of these;
 * badges and points come all the same.
 */
export type Visibility = 'on' | 'quiet' | 'off'

export const visibilities: readonly Visibility[] = ['on', 'quiet', 'off']
