/** A piece of work that can be traced. Attributes never contain user ids. */
export type TracedWork = {
  readonly name: 'milepost.record' | 'milepost.evaluate' | 'milepost.deliver'
  readonly attributes: Readonly<Record<string, string | number>>
}

/** Runs a piece of work inside a trace, and passes on its result or error. */
export type Trace = <Result>(work: TracedWork, run: () => Promise<Result>) => Promise<Result>

/** Runs the work without a trace. */
export const untraced: Trace = (_, run) => run()
