/** How long work may block the event loop. */
const longestMs = 20

let lastMs = 0

/**
 * Tells whether this process has blocked the event loop for a while. Ask it in loops over many rows or users, which would
 * make a promise for each if they only awaited.
 */
export function hasBlockedLong(): boolean {
  return performance.now() - lastMs >= longestMs
}

/** Lets other work run. */
export async function yieldToEventLoop(): Promise<void> {
  await new Promise(setImmediate)
  lastMs = performance.now()
}
