const last = new WeakMap<object, Promise<unknown>>()

/**
 * Runs tasks of one key one after another. Savepoints of one transaction must nest, and one session can hold only one
 * transaction: tasks side by side would end each other's.
 */
export function inTurn<Result>(key: object, task: () => Promise<Result>): Promise<Result> {
  const before = last.get(key) ?? Promise.resolve()
  const run = before.then(task, task)
  last.set(key, run.then(ignore, ignore))
  return run
}

// The caller of the failed task hears of the fault; the next in line only waits for its end.
function ignore(): void {}
