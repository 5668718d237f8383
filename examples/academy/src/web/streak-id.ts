/** The milestone whose streak pages show: the first of the question of the day. */
export const streakId = 'daily-habit#three-days'
