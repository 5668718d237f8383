/** A piece of work that those who watch an app may see. Attributes name no user. */
export type TracedWork = {
  readonly name: 'milepost.record' | 'milepost.evaluate' | 'milepost.deliver'
  readonly attributes: Readonly<Record<string, string | number>>
}

/** Does a piece of work while somebody watches, and passes on its result or error. */
export type Trace = <Result>(work: TracedWork, run: () => Promise<Result>) => Promise<Result>

/** Does the work; nobody watches. */
export const untraced: Trace = (_, run) => run()
