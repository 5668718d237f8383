/** Returns how many rounds a test runs: `long` in the long run (`npm run test:long`), else `always`. */
export const scale = (always: number, long: number): number => (process.env.MILEPOST_TEST_LONG === '1' ? long : always)
