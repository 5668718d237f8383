/**
 * Lists what may be logged of an error: its kind, where it came from, and its cause. Not its message, which can contain
 * what a user or the database said.
 */
export function faultOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return {}
  const { code, details, cause } = error as {
    readonly code?: unknown
    readonly details?: Details
    readonly cause?: unknown
  }
  const frames = error.stack?.split('\n').filter(line => /^\s+at /.test(line))
  return {
    error: error.name,
    ...(typeof code === 'string' && { code }),
    ...(typeof details?.sqlState === 'string' && { sqlState: details.sqlState }),
    at: frames?.slice(0, 8).map(line => line.trim()),
    ...(cause instanceof Error && { cause: faultOf(cause) }),
  }
}

type Details = { readonly sqlState?: unknown }
