/** The exit codes of the command. */
export const exitCodes = { done: 0, failed: 1, usage: 2, found: 3, interrupted: 4 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Describes each exit code, for help and documents. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'failed, or not confirmed',
  2: 'wrong usage: nothing was done',
  3: 'found something: differences, warnings, problems, refused rows, or with --check a plan that changes anything',
  4: 'interrupted',
}
