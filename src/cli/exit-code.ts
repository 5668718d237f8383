/** What a script reads off how the command ended. */
export const exitCodes = { done: 0, failed: 1, usage: 2, found: 3, interrupted: 4 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Says of each exit code when it comes, for help and documents. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'failed, or not confirmed',
  2: 'wrong usage: nothing was done',
  3: 'found something: differences, warnings, or with --check a plan that changes anything',
  4: 'interrupted',
}
