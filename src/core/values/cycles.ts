/** Finds the cycles of a graph: each as a list of ids, every cycle once, starting from the first id found. */
export function cyclesAmong(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  for (const start of edges.keys()) walk(edges, start, { cycles, done })
  return cycles
}

type CycleSearch = { readonly cycles: string[][]; readonly done: Set<string> }
type Step = { readonly id: string; readonly next: Iterator<string> }

// Uses its own stack, because a long chain of milestones would overflow the call stack.
function walk(edges: ReadonlyMap<string, ReadonlySet<string>>, start: string, { cycles, done }: CycleSearch): void {
  const stack: Step[] = []
  const onStack = new Map<string, number>()
  const enter = (id: string): void => {
    onStack.set(id, stack.length)
    stack.push({ id, next: (edges.get(id) ?? new Set<string>()).values() })
  }
  if (!done.has(start)) enter(start)
  for (let step = stack.at(-1); step !== undefined; step = stack.at(-1)) {
    const { value, done: isAtEnd } = step.next.next()
    if (isAtEnd) {
      stack.pop()
      onStack.delete(step.id)
      done.add(step.id)
    } else if (onStack.has(value)) {
      cycles.push(stack.slice(onStack.get(value)).map(({ id }) => id))
    } else if (!done.has(value)) {
      enter(value)
    }
  }
}
