/** Gives numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Shuffles a copy. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}

/** Cuts a list into pieces of this size, the last one shorter. */
export function pieces<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}

/** Gives `count` names that begin alike. */
export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix} ${i}`)
}

/** Works through a list with so many workers at once. */
export async function inLanes<Item>(
  items: readonly Item[],
  laneCount: number,
  work: (item: Item, lane: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const lanes = Array.from({ length: laneCount }, async (_, lane) => {
    while (next < items.length) await work(items[next++]!, lane)
  })
  await Promise.all(lanes)
}
