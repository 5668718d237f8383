/** Whether this is the long run: `npm run test:long` or `npm run reliability`. */
export const isLong = process.env.MILEPOST_TEST_LONG === '1'

/** The share of its numbers that a long run does: 1 unless `MILEPOST_TEST_SHARE` says less. */
export const share = Number(process.env.MILEPOST_TEST_SHARE || 1)

/** Returns how many rounds a test runs: `always`, or in the long run `long` or a share of them, if that is more. */
export const scale = (always: number, long: number): number =>
  isLong ? Math.max(always, Math.ceil(long * share)) : always

/** Returns how many users a test has: `few` on a Citus cluster, which goes from user to user, else `usual`. */
export const fewOnCluster = (few: number, usual: number): number => (process.env.MILEPOST_CITUS_URL ? few : usual)
