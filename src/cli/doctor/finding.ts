/** What `milepost doctor` found about one thing. */
export type Finding = {
  readonly check: string
  /** `problem`: something does not work. `warning`: it works, but not as it should. */
  readonly status: 'ok' | 'warning' | 'problem'
  readonly found: string
  /** What to do; null if it is in order. */
  readonly fix: string | null
}

/** Makes the finding of something that is in order. */
export function fine(check: string, found: string): Finding {
  return { check, status: 'ok', found, fix: null }
}

/** Makes the finding of something that works, but not as it should. */
export function doubtful(check: string, found: string, fix: string): Finding {
  return { check, status: 'warning', found, fix }
}

/** Makes the finding of something that does not work. */
export function broken(check: string, found: string, fix: string): Finding {
  return { check, status: 'problem', found, fix }
}
