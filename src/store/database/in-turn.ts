const last = new WeakMap<object, Promise<unknown>>()

/**
 * Runs the tasks of one key one after another. Savepoints of one transaction must nest, and a session can have only one
 * transaction, so parallel tasks would end each other's.
 */
export function inTurn<Result>(key: object, task: () => Promise<Result>): Promise<Result> {
  const before = last.get(key) ?? Promise.resolve()
  const run = before.then(task, task)
  last.set(key, run.then(ignore, ignore))
  return run
}

// The caller of the failed task receives the error; the next task only waits for its end.
function ignore(): void {}
